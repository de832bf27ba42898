package wechat

import (
	"testing"

	"menshen/bot/chat"
)

// A 微信号 proves as much as a remark does; where the two disagree, neither
// proves anything.
func TestMatchByHandle(t *testing.T) {
	known := []chat.KnownMember{
		{ID: 1, Nick: "小明", Handle: "ming88", Present: true},
		{ID: 2, Nick: "小红", Remark: "房东", Present: true},
		{ID: 3, Nick: "大刘", Handle: "liu1", Remark: "物业", Present: true},
	}
	for name, c := range map[string]struct {
		seen     chat.SeenMember
		want     chat.MemberID
		strength chat.Strength
	}{
		"the same handle under another name": {chat.SeenMember{Nick: "全新", Handle: "ming88"}, 1, chat.StrengthStrong},
		"a name with another handle":         {chat.SeenMember{Nick: "小明", Handle: "other"}, 0, chat.StrengthNew},
		"a name whose handle is not shown":   {chat.SeenMember{Nick: "小明"}, 1, chat.StrengthMedium},
		"handle and remark agree":            {chat.SeenMember{Nick: "全新", Handle: "liu1", Remark: "物业"}, 3, chat.StrengthStrong},
		"handle and remark disagree":         {chat.SeenMember{Nick: "全新", Handle: "ming88", Remark: "房东"}, 0, chat.StrengthNew},
	} {
		t.Run(name, func(t *testing.T) {
			link := Match(known, []chat.SeenMember{c.seen}, true)[0]
			if link.ID != c.want || link.Strength != c.strength {
				t.Errorf("link %+v, want %d %s", link, c.want, c.strength)
			}
		})
	}
}
