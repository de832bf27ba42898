package command

import (
	"os"
	"strings"
	"testing"
)

func TestReadmesNameEveryCommand(t *testing.T) {
	for _, name := range []string{"README.md", "README.zh-CN.md"} {
		text, err := os.ReadFile("../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range table {
			if row.Name != "处理" && !strings.Contains(string(text), row.Name) { // 处理 is written as number and verb
				t.Errorf("%s does not name %s", name, row.Name)
			}
		}
	}
}
