package decision

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"menshen/moderation"
	"menshen/scoring"
)

// Setting describes one thing the owner of a room can tune.
type Setting struct {
	Key   string // as stored
	Name  string // as an owner writes it
	Range string // what is accepted, in Chinese
	Help  string // one line, in Chinese

	get func(*Settings) string
	set func(*Settings, string) error
	// clear is set for settings whose default is to have none.
	clear func(*Settings)
}

// AllSettings lists every setting in the order in which it is shown.
func AllSettings() []Setting {
	all := append(warningTable(), greetingTable()...)
	all = append(all, pointsTable()...)
	all = append(all, ruleTable()...)
	return append(all, categoryTable()...)
}

// FindSetting returns the setting with a key or a Chinese name.
func FindSetting(name string) (Setting, bool) {
	name = strings.ToLower(strings.TrimSpace(name))
	for _, s := range AllSettings() {
		if s.Key == name || s.Name == name {
			return s, true
		}
	}
	return namedSetting(name)
}

func warningTable() []Setting {
	return []Setting{
		intSetting("warning_limit", "警告次数", 1, 10, "满几次警告就移出", func(s *Settings) *int { return &s.WarningLimit }),
		timeSetting("warning_days", "警告天数", "天", 24*time.Hour, 1, 365, "一次警告多少天后失效", func(s *Settings) *time.Duration { return &s.WarningLife }),
		timeSetting("burst_seconds", "合并秒数", "秒", time.Second, 0, 3600, "这段时间里的多次违规只算一次", func(s *Settings) *time.Duration { return &s.Burst }),
		{
			Key: "quiet_hours", Name: "免打扰", Range: "如 22:00-07:00，或 关", Help: "这段时间不在群里说话，早上再说",
			get: func(s *Settings) string { return showWindow(s.QuietFrom, s.QuietTo) },
			set: func(s *Settings, v string) (err error) {
				from, to, err := window(v)
				if err == nil {
					s.QuietFrom, s.QuietTo = from, to
				}
				return err
			},
		},
		{
			Key: "zone", Name: "时区", Range: "如 Asia/Shanghai", Help: "日期、签到和免打扰按哪里的时间算",
			get: func(s *Settings) string { return s.Zone },
			set: func(s *Settings, v string) error {
				name, err := zone(v)
				if err == nil {
					s.Zone = name
				}
				return err
			},
		},
	}
}

// longestWelcome is the most runes of a welcome template.
const longestWelcome = 300

func greetingTable() []Setting {
	welcomeFields := strings.NewReplacer("{names}", "", "{room}", "", "{rules}", "")
	return []Setting{
		{
			Key: "welcome", Name: "欢迎语", Range: fmt.Sprintf("最多 %d 字，可用 {names} {room} {rules}", longestWelcome), Help: "新人进群时说的话",
			get: func(s *Settings) string { return s.Welcome },
			set: func(s *Settings, v string) error {
				if utf8.RuneCountInString(v) > longestWelcome {
					return fmt.Errorf("太长了，最多 %d 字", longestWelcome)
				}
				if strings.ContainsAny(welcomeFields.Replace(v), "{}") {
					return fmt.Errorf("里的大括号只能是 {names} {room} {rules}")
				}
				if strings.Count(v, "{rules}") > 1 || strings.Count(v, "{names}") > 2 || strings.Count(v, "{room}") > 2 {
					return fmt.Errorf("里的 {rules} 只能用一次，{names} 和 {room} 最多两次")
				}
				s.Welcome = v
				return nil
			},
			clear: func(s *Settings) { s.Welcome = "" },
		},
		timeSetting("welcome_merge_seconds", "欢迎合并秒数", "秒", time.Second, 0, 600, "这段时间里进群的人一起欢迎", func(s *Settings) *time.Duration { return &s.WelcomeMerge }),
		intSetting("newcomer_days", "新人天数", 0, 30, "进群多少天内算新人", func(s *Settings) *int { return &s.NewcomerDays }),
		intSetting("newcomer_messages", "新人发言数", 0, 100, "说过多少句话才不算新人", func(s *Settings) *int { return &s.NewcomerMessages }),
	}
}

func pointsTable() []Setting {
	return []Setting{
		intSetting("checkin_points", "签到积分", 0, 1000, "每天签到得多少分", func(s *Settings) *int { return &s.CheckInPoints }),
		{
			Key: "checkin_windows", Name: "签到时段", Range: "如 05:00-09:00，几段用、隔开", Help: "什么时候可以签到，不设是全天",
			get: func(s *Settings) string { return scoring.FormatWindows(s.CheckInWindows) },
			set: func(s *Settings, v string) error {
				windows, err := scoring.ParseWindows(halfWidth(v))
				if err != nil {
					return errors.New("要写成 05:00-09:00，几段用、隔开，不能重叠")
				}
				s.CheckInWindows = windows
				return nil
			},
			clear: func(s *Settings) { s.CheckInWindows = nil },
		},
		{
			Key: "checkin_bonuses", Name: "连签奖励", Range: "如 3天+2、7天+5，或 关", Help: "连续签到满几天多得几分",
			get: func(s *Settings) string {
				if len(s.CheckInBonuses) == 0 {
					return showSwitch(false)
				}
				return scoring.FormatBonuses(s.CheckInBonuses)
			},
			set: func(s *Settings, v string) error {
				if on, err := onOff(v); err == nil && !on {
					s.CheckInBonuses = nil
					return nil
				}
				bonuses, err := scoring.ParseBonuses(v)
				if err != nil {
					return errors.New("要写成 3天+2、7天+5，最多 10 档，或者填 关")
				}
				s.CheckInBonuses = bonuses
				return nil
			},
		},
		{
			Key: "titles", Name: "称号", Range: "如 0 新人、50 常客、200 骨干", Help: "多少分叫什么，不设就没有称号",
			get: func(s *Settings) string { return scoring.FormatLevels(s.Titles) },
			set: func(s *Settings, v string) error {
				titles, err := scoring.ParseLevels(v)
				if err != nil {
					return errors.New("要写成 0 新人、50 常客，称号最多 8 个字")
				}
				s.Titles = titles
				return nil
			},
			clear: func(s *Settings) { s.Titles = nil },
		},
		timeSetting("checkin_merge_seconds", "签到合并秒数", "秒", time.Second, 0, 600, "这段时间里的签到、积分、兑换、转账等一起回复", func(s *Settings) *time.Duration { return &s.CheckInMerge }),
		intSetting("speak_points", "发言积分", 0, 100, "一句有内容的话得多少分", func(s *Settings) *int { return &s.SpeakPoints }),
		timeSetting("speak_minutes", "发言间隔", "分钟", time.Minute, 1, 1440, "隔几分钟才再得一次发言积分", func(s *Settings) *time.Duration { return &s.SpeakEvery }),
		intSetting("speak_cap", "发言上限", 0, 10000, "每天发言最多得多少分", func(s *Settings) *int { return &s.SpeakCap }),
		intSetting("invite_points", "邀请积分", 0, 1000, "请来的新人住满邀请天数后得多少分", func(s *Settings) *int { return &s.InvitePoints }),
		intSetting("invite_days", "邀请天数", 0, 90, "请来的新人住满几天才给分", func(s *Settings) *int { return &s.InviteDays }),
		intSetting("strike_points", "警告扣分", 0, 10000, "一次警告扣多少分", func(s *Settings) *int { return &s.StrikePoints }),
		timeSetting("points_days", "积分有效", "天", 24*time.Hour, 0, 3650, "积分多少天没花就失效，0 是长期有效", func(s *Settings) *time.Duration { return &s.PointsLife }),
		{
			Key: HonoursKey, Name: "荣誉榜", Range: "每天 21:00、每周一 09:00、每月1日 09:00，或 关", Help: "到时候在群里发一次积分榜",
			get: func(s *Settings) string { return s.Honours.String() },
			set: func(s *Settings, v string) error {
				honours, err := scoring.ParseHonours(halfWidth(v))
				if err != nil {
					return errors.New("要写成 每天 21:00、每周一 09:00 或 每月1日 09:00，或者填 关")
				}
				s.Honours = honours
				return nil
			},
		},
		switchSetting("transfers", "转账", "群友之间可以转积分", func(s *Settings) *bool { return &s.Transfers }),
		intSetting("transfer_max", "转账上限", 1, 1_000_000, "一次最多转多少分", func(s *Settings) *int { return &s.TransferMax }),
		intSetting("transfer_daily", "转账日上限", 1, 1_000_000, "每人一天最多转多少分", func(s *Settings) *int { return &s.TransferDaily }),
		intSetting("transfer_fee", "转账手续费", 0, 50, "转账另收百分之几，撤销时不退", func(s *Settings) *int { return &s.TransferFee }),
		intSetting("give_days", "转账天数", 0, 365, "进群满几天才能转账和发红包", func(s *Settings) *int { return &s.GiveDays }),
		switchSetting("red_packets", "红包", "群友可以发积分红包", func(s *Settings) *bool { return &s.RedPackets }),
		switchSetting("draws", "抽奖", "群里可以开抽奖", func(s *Settings) *bool { return &s.Draws }),
		switchSetting("passes", "通行证", "群友可以押积分发一条外链", func(s *Settings) *bool { return &s.Passes }),
		intSetting("pass_points", "通行证积分", 1, 10_000, "一张通行证押多少分", func(s *Settings) *int { return &s.PassPoints }),
	}
}

func ruleTable() []Setting {
	return []Setting{
		ruleSetting(moderation.RuleLink, "外链", "strike", "群里出现外部链接时怎么办"),
		ruleSetting(moderation.RuleShortLink, "短链", "strike", "短链接怎么办"),
		ruleSetting(moderation.RuleScheme, "跳转链接", "strike", "weixin:// 一类的跳转链接怎么办"),
		ruleSetting(moderation.RulePassphrase, "口令", "strike", "淘口令一类的口令怎么办"),
		ruleSetting(moderation.RuleInvite, "邀请卡片", "strike", "拉人进别的群的邀请怎么办"),
		ruleSetting(moderation.RulePersonal, "个人信息", "notice", "手机号、身份证号、银行卡号怎么办"),
		ruleSetting(moderation.RuleFlood, "刷屏", "review", "一分钟内发言太多怎么办"),
		ruleSetting(moderation.RuleRepeat, "重复发言", "review", "反复说同样的话怎么办"),
		ruleSetting(moderation.RuleCampaign, "同一广告", "review", "几个新人发同样的话怎么办"),
		ruleSetting(moderation.RuleNewcomer, "新人卡片", "review", "新人发卡片和小程序怎么办"),
		ruleSetting(moderation.RuleUnreadable, "看不到的消息", "off", "只能在手机上看的消息怎么办"),
		switchSetting("picture_codes", "图片二维码", "读出图片里的二维码，里面的链接照样算", func(s *Settings) *bool { return &s.PictureCodes }),
	}
}

func intSetting(key, name string, low, high int, help string, field func(*Settings) *int) Setting {
	return Setting{
		Key: key, Name: name, Range: fmt.Sprintf("%d–%d", low, high), Help: help,
		get: func(s *Settings) string { return strconv.Itoa(*field(s)) },
		set: func(s *Settings, v string) error {
			n, err := number(v, "", low, high)
			if err == nil {
				*field(s) = n
			}
			return err
		},
	}
}

func timeSetting(key, name, unit string, one time.Duration, low, high int, help string, field func(*Settings) *time.Duration) Setting {
	return Setting{
		Key: key, Name: name, Range: fmt.Sprintf("%d–%d %s", low, high, unit), Help: help,
		get: func(s *Settings) string { return strconv.Itoa(int(*field(s) / one)) },
		set: func(s *Settings, v string) error {
			n, err := number(v, unit, low, high)
			if err == nil {
				*field(s) = time.Duration(n) * one
			}
			return err
		},
	}
}

func switchSetting(key, name, help string, field func(*Settings) *bool) Setting {
	return Setting{
		Key: key, Name: name, Range: "开 或 关", Help: help,
		get: func(s *Settings) string { return showSwitch(*field(s)) },
		set: func(s *Settings, v string) error {
			on, err := onOff(v)
			if err == nil {
				*field(s) = on
			}
			return err
		},
	}
}

// ruleSetting is the action of a rule; usual is the action of a room that
// never changed it.
func ruleSetting(rule, name, usual, help string) Setting {
	return Setting{
		Key: "rule_" + rule, Name: name, Range: "警告、待审、提醒 或 关", Help: help,
		get: func(s *Settings) string {
			if set, ok := s.RuleActions[rule]; ok {
				return showAction(set)
			}
			return showAction(usual)
		},
		set: func(s *Settings, v string) error {
			act, err := action(v)
			if err != nil {
				return err
			}
			if s.RuleActions == nil {
				s.RuleActions = make(map[string]string)
			}
			s.RuleActions[rule] = act
			return nil
		},
	}
}
