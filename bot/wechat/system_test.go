package wechat

import (
	"strings"
	"testing"

	"menshen/bot/chat"
)

// Every wording of a join that is known, with what it has to be read as where
// the member list agrees: who came, brought by whom, how.
func TestJoinWordings(t *testing.T) {
	const invite, qr, unknown = chat.ViaInvite, chat.ViaQR, chat.ViaUnknown
	tests := []struct {
		text     string
		came, by string // newcomers separated by |, names as in the member list
		via      chat.JoinVia
	}{
		{`"A"邀请"B"加入了群聊`, "B", "A", invite},
		{`"A"邀请"B、C、D"加入了群聊`, "B|C|D", "A", invite},
		{`“A”邀请“B”加入了群聊`, "B", "A", invite},
		{"你邀请\"B\"加入了群聊  ", "B", "me", invite},
		{`你邀请"B、C"加入了群聊  <a href="weixin://revoke">撤销</a>`, "B|C", "me", invite},
		{`你邀请"B"加入了群聊  $revoke$`, "B", "me", invite},
		{"你邀请\"B\"加入了群聊\u00a0撤回", "B", "me", invite},
		{"你邀请\"B\"加入了群聊\n", "B", "me", invite},
		{`"A"邀请你和"B"加入了群聊`, "B", "A", invite},
		{`"A"邀请你和"B、C"加入了群聊`, "B|C", "A", invite},
		{`"B"加入了群聊`, "B", "", unknown},
		{`"B、C"加入了群聊`, "B|C", "", unknown},
		{`A invited B to the group chat`, "B", "A", invite},
		{`A invited B, C, D to the group chat.`, "B|C|D", "A", invite},
		{`You invited B, C to the group chat.   `, "B|C", "me", invite},
		{`You invited B to the group chat.   Revoke`, "B", "me", invite},
		{`"A" invited "B、C" to the group chat`, "B|C", "A", invite},
		{`A invited you and B to the group chat`, "B", "A", invite},
		{`A invited you and B, C to a group chat`, "B|C", "A", invite},
		{`You invited B to join the group.`, "B", "me", invite},

		{`" B"通过扫描"A"分享的二维码加入群聊`, "B", "A", qr},
		{`"B"通过扫描"A"分享的二维码加入群聊`, "B", "A", qr},
		{`"B"通过扫描你分享的二维码加入群聊  `, "B", "me", qr},
		{`"B"通过"A"的邀请二维码加入群聊`, "B", "A", qr},
		{`"B"通过你的邀请二维码加入群聊`, "B", "me", qr},
		{`"B" joined the group chat via the QR Code shared by "A".`, "B", "A", qr},
		{`" B" joined the group chat via the QR Code shared by "A".`, "B", "A", qr},
		{`"B" joined group chat via the QR code you shared.  `, "B", "me", qr},
		{`"B" joined the group chat via your shared QR Code.`, "B", "me", qr},

		// Names are what people call themselves.
		{`"A"邀请"x"邀请"A"加入了群聊`, "", "", unknown}, // no reading is trusted
		{`"A"邀请"他"说"加入了群聊`, `他"说`, "A", invite}, // a quote inside
		{`A invited B and friends to the group chat`, "B and friends", "A", invite},

		// The bot's own coming in names no newcomers, nor does what follows.
		{`"A"邀请你加入了群聊，群聊参与人还有：X、Y`, "", "", unknown},
		{`你加入了群聊，群聊参与人还有：X、Y`, "", "", unknown},
		{`你加入了群組，群組成員還有：X、Y`, "", "", unknown},
		{`你通过扫描二维码加入群聊，群聊参与人还有：X`, "", "", unknown},
		{`A invited you to a group chat with X, Y`, "", "", unknown},
		{`"A" invited you to this group chat`, "", "", unknown},
		{`You've joined this group chat. Other participants are: X, Y`, "", "", unknown},
		{`You've joined the group chat via QR Code. Group chat members: X`, "", "", unknown},
		{`"B"与群里其他人都不是微信朋友关系，请注意隐私安全`, "", "", unknown},
		{`Note: "B" is not friends with anyone else in this group chat.`, "", "", unknown},
		{`群主已启用“群聊邀请确认”，群成员需群主确认才能邀请朋友进群。`, "", "", unknown},
		{`"A"想邀请2位朋友加入群聊  去确认`, "", "", unknown},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			testJoinWording(t, tt.text, tt.came, tt.by, tt.via)
		})
	}
}

// testJoinWording reads a wording where the member list has those who came.
func testJoinWording(t *testing.T, text, came, by string, via chat.JoinVia) {
	t.Helper()
	r := &room{members: map[string]*member{"@self": {id: 1, nick: "me", inList: true}, "@a": {id: 2, nick: "A", inList: true}}}
	var newcomers []*member
	want := strings.Split(came, "|")
	if came == "" {
		want = []string{"B"}
	}
	for _, name := range want {
		newcomers = append(newcomers, &member{nick: name, inList: true})
	}
	for _, c := range joinClaims(decodeText(text)) {
		r.claims = append(r.claims, timedClaim{claim: c})
	}
	s := &session{self: "@self"}
	named, inviter, how := s.explain(r, newcomers)
	if came == "" {
		if named != nil {
			t.Errorf("read as %d newcomers", len(named))
		}
		return
	}
	if len(named) != len(newcomers) || how != via {
		t.Errorf("%d named by %q, want %d by %q", len(named), how, len(newcomers), via)
	}
	if want := map[string]chat.MemberID{"me": 1, "A": 2}[by]; inviter != want {
		t.Errorf("brought by member %d, want %d", inviter, want)
	}
}

// What is said about leaving, names and codes only makes another look at the
// member list worth while.
func TestOtherSystemWordings(t *testing.T) {
	const nothing, look, gone = 0, 1, 2
	for text, want := range map[string]int{
		`你将"B"移出了群聊`:                                                    look,
		`你将“B”移出了群聊`:                                                    look,
		`You removed "B" from the group chat`:                           look,
		`你被"A"移出群聊`:                                                     gone,
		"你被\"A\"移出群聊  ":                                                 gone,
		`You were removed from the group chat by "A"`:                   gone,
		`"A"修改群名为“T”`:                                                   look,
		`你修改群名为“T”`:                                                     look,
		`"A" changed the group name to "T"`:                             look,
		`You changed the group name to "T"`:                             look,
		`"B"与群里其他人都不是微信朋友关系，请注意隐私安全`:                                    look,
		`Note: "B" is not friends with anyone else in this group chat.`: look,
		`群主已启用“群聊邀请确认”，群成员需群主确认才能邀请朋友进群。`: nothing,

		`收到红包，请在手机上查看`:      nothing,
		`操作过于频繁，可稍后再试。`:     nothing,
		`位置共享已经结束`:          nothing,
		`"A" 拍了拍 "B"`:       nothing,
		`你已添加了A，现在可以开始聊天了。`: nothing,
	} {
		got := nothing
		switch text := decodeText(text); {
		case removedBot(text):
			got = gone
		case aboutMembers(text):
			got = look
		}
		if got != want {
			t.Errorf("%q is read as %d, want %d", text, got, want)
		}
	}
}
