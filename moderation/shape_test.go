package moderation

import (
	"strings"
	"testing"
)

// shapeRow is a text and its findings as "rule tier matched text", parted by |.
type shapeRow struct{ name, text, want string }

func testShapes(t *testing.T, rows []shapeRow) {
	t.Helper()
	j, err := Compile(Rules{})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			var got []string
			for _, f := range j.Judge(Message{Text: row.text}).Findings {
				got = append(got, f.Rule+" "+f.Tier.String()+" "+f.Text)
			}
			if list := strings.Join(got, "|"); list != row.want {
				t.Errorf("%q: got %q, want %q", row.text, list, row.want)
			}
		})
	}
}

func TestPassphrases(t *testing.T) {
	testShapes(t, []shapeRow{
		{"wrapped code", "￥abCd1234￥", "passphrase exact ￥abCd1234￥"},
		{"code in euro signs", "€Ab3dEfGhIjK€", "passphrase exact €Ab3dEfGhIjK€"},
		{"code in exclamation marks", "!kcK4R3EW3p1pbbH!", "passphrase exact !kcK4R3EW3p1pbbH!"},
		{"copy and open", "复制打开👉", "passphrase exact 复制打开👉"},
		{"copy this and open", "复制这条信息，打开手机淘宝即可", "passphrase exact 复制这条信息，打开手机淘宝"},
		{"short video", "7.43 复制打开抖音，看看【小明的作品】", "passphrase exact 复制打开抖音"},
		{"Latin in the app's name", "复制此消息，打开Dou音搜索", "passphrase exact 复制此消息，打开Dou音"},
		{"dotted and traditional", "復·制这段描述，打開👉淘宝", "passphrase disguised 復·制这段描述，打開👉"},
		{"search number", "打开支付宝首页搜索“8000123” 领红包", "passphrase exact 支付宝首页搜索“8000123"},
		{"word and code", "淘口令：aB3dE5fG", "passphrase exact 淘口令：aB3dE5fG"},
		{"shared text", "CZ0001 vXYZ1abcDEf 点击链接", "passphrase exact CZ0001 vXYZ1abcDEf"},
		{"trap: prices", "￥100￥200", ""},
		{"trap: shell", "echo $HOME$PATH", ""},
		{"trap: exclamations", "!important!", ""},
		{"trap: copy and open a file", "把文件复制打开看看", ""},
		{"trap: copy a title", "你复制下标题，打开淘宝搜一下", ""},
		{"trap: to another chat", "复制这段话打开微信发给他", ""},
		{"trap: password", "wifi口令：abc12345", ""},
		{"trap: health code", "打开支付宝搜索健康码", ""},
	})
}

func TestInvitations(t *testing.T) {
	testShapes(t, []shapeRow{
		{"scan", "扫码进群", "invite exact 扫码进群"},
		{"scan, traditional", "掃碼進群", "invite exact 掃碼進群"},
		{"scan, spaced", "扫 码 进 群", "invite disguised 扫 码 进 群"},
		{"press and recognise", "长按识别二维码，加入我们的交流群", "invite exact 长按识别二维码，加入我们的交流群"},
		{"card", "“小王”邀请你加入群聊，进入可查看详情", "invite exact 邀请你加入群"},
		{"link text", "点击链接加入群聊【游戏】", "invite exact 点击链接加入群"},
		{"QQ group", "QQ群：123456789", "invite exact QQ群：123456789"},
		{"code card", "该二维码7天内(10月8日前)有效", "invite exact 该二维码7天内(10月8日前)有效"},
		{"scan behind the verb", "进群请扫码", "invite exact 进群请扫码"},
		{"number of a group", "群号：123456789，欢迎", "invite exact 群号：123456789"},
		{"polite card", "邀请您进群", "invite exact 邀请您进群"},
		{"trap: group file", "QQ群文件20240101", ""},
		{"trap: mini program", "扫码进入小程序查看群公告", ""},
		{"trap: join a company", "邀请你加入我们公司", ""},
		{"trap: pay", "扫码付款", ""},
	})
}

func TestPersonalData(t *testing.T) {
	testShapes(t, []shapeRow{
		{"phone", "13812345678", "personal exact 13812345678"},
		{"phone in groups", "电话138 1234 5678", "personal exact 138 1234 5678"},
		{"phone with hyphens", "138-1234-5678", "personal exact 138-1234-5678"},
		{"phone, full width", "１３８１２３４５６７８", "personal exact １３８１２３４５６７８"},
		{"phone with country", "+86 13812345678", "personal exact 13812345678"},
		{"phone glued to country", "+8613812345678", "personal exact 8613812345678"},
		{"phone behind tel", "tel13812345678", "personal exact 13812345678"},
		{"phone, hidden marks", "138\u200b1234\u200b5678", "personal exact 138\u200b1234\u200b5678"},
		{"phone, spelled in Han", "一三八一二三四五六七八", "personal disguised 一三八一二三四五六七八"},
		{"phone, digit by digit", "1 3 8 1 2 3 4 5 6 7 8", "personal disguised 1 3 8 1 2 3 4 5 6 7 8"},
		{"two phones", "13812345678 13912345678", "personal exact 13812345678|personal exact 13912345678"},
		{"resident id", "身份证11010519491231002X", "personal exact 11010519491231002X"},
		{"resident id, small x", "11010519491231002x", "personal exact 11010519491231002x"},
		{"resident id in groups", "110105 19491231 002X", "personal exact 110105 19491231 002X"},
		{"bank card", "6222021234567890128", "personal exact 6222021234567890128"},
		{"bank card in groups", "4111 1111 1111 1111", "personal exact 4111 1111 1111 1111"},
		{"address", "寄到杭州市西湖区文三路123号4幢501室", "personal exact 寄到杭州市西湖区文三路123号4幢501室"},
		{"phone in groups of 3, 3 and 5", "138 001 38000", "personal exact 138 001 38000"},
		{"phone with en dashes", "138–0013–8000", "personal exact 138–0013–8000"},
		{"address without a word for the room", "江苏省南京市鼓楼区中山北路20号3幢101", "personal exact 江苏省南京市鼓楼区中山北路20号3幢101"},
		{"trap: number of a group", "微信群号13800138000", ""},
		{"trap: floor and people", "在解放路3号楼100人开会", ""},
		{"trap: masked", "138****5678", ""},
		{"trap: landline", "010-12345678", ""},
		{"trap: service number", "400-810-8888", ""},
		{"trap: order", "订单号13812345678", ""},
		{"trap: courier", "SF13812345678", ""},
		{"trap: amount", "13812345678元", ""},
		{"trap: decimal", "0.13812345678", ""},
		{"trap: timestamp", "1381234567890", ""},
		{"trap: QQ number", "QQ：13812345678", ""},
		{"trap: wrong checksum", "110105194912310021", ""},
		{"trap: wrong Luhn sum", "6222021234567890123", ""},
		{"trap: prices", "15 30 45 60 750", ""},
		{"trap: date and time", "20251001 12:30", ""},
		{"trap: a room", "在101室开会", ""},
		{"trap: a shop", "我在文三路123号", ""},
	})
}
