package wechatsim_test

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"
)

// skim reads an answer of webwxsync without decoding its messages, so that a
// benchmark measures the server.
func skim(b *testing.B, c *client, body []byte) (messages int, key syncKey) {
	resp, err := c.http.Post("https://wx.qq.com/cgi-bin/mmwebwx-bin/webwxsync", "application/json", bytes.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		b.Fatal(err)
	}
	at := bytes.LastIndex(raw, []byte(`"SyncKey":`))
	if err := json.NewDecoder(bytes.NewReader(raw[at+len(`"SyncKey":`):])).Decode(&key); err != nil {
		b.Fatal(err)
	}
	return bytes.Count(raw, []byte(`{"MsgId":"`)), key
}
