package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"menshen/bot/wechat/wechatsim"
)

func TestSimTransportLeadsToTheSimulatorOnly(t *testing.T) {
	server, err := wechatsim.Start(wechatsim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	transport, err := simTransport(t.Context(), server.ControlURL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transport.CloseIdleConnections)
	client := &http.Client{Transport: transport}
	resp, err := client.Get("https://login.weixin.qq.com/jslogin?appid=wx782c26e4c19acffb&fun=new")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if server.World().Requests["jslogin"] != 1 {
		t.Errorf("the simulator saw %v", server.World().Requests)
	}
	if resp, err := client.Get("https://example.com/"); err == nil {
		resp.Body.Close()
		t.Error("another host was reached")
	}
}

func TestSimTransportRefuses(t *testing.T) {
	stranger := httptest.NewServer(http.NotFoundHandler())
	defer stranger.Close()
	abroad := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"wire":"192.0.2.1:443","ca":""}`))
	}))
	defer abroad.Close()
	for name, tc := range map[string]struct{ control, want string }{
		"another machine":       {"http://192.0.2.1:80/token", "on this machine"},
		"a name":                {"http://example.com:80/token", "on this machine"},
		"the wire":              {"https://127.0.0.1:443/", "on this machine"},
		"no simulator":          {stranger.URL, "404"},
		"a wire somewhere else": {abroad.URL, "no wire on this machine"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := simTransport(t.Context(), tc.control); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}
