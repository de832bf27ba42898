package data

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

func TestExport(t *testing.T) {
	h := lived(t)
	var out bytes.Buffer
	if err := h.Export(t.Context(), &out, jia); err != nil {
		t.Fatal(err)
	}
	var e Export
	if err := json.Unmarshal(out.Bytes(), &e); err != nil {
		t.Fatal(err)
	}
	if e.Member.ID != jia || len(e.Messages) != 1 || e.Messages[0].Text != "有刷单的找我，日结" || len(e.Cases) != 1 ||
		len(e.Postings) != 1 || e.Activity[20260901].Messages != 1 || len(e.Names) != 1 {
		t.Errorf("exported %s", out.String())
	}
	if strings.Contains(out.String(), "晚上好") {
		t.Error("it holds the words of somebody else")
	}
	if err := h.Export(t.Context(), &out, 99); err == nil {
		t.Error("nobody was exported")
	}
}
