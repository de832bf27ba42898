package moderation

import "strings"

// nameSet is a read-only set of short words.
type nameSet map[string]struct{}

func (s nameSet) has(word string) bool {
	_, ok := s[word]
	return ok
}

// names builds a set from one line, so that the tables below stay readable.
func names(line string) nameSet {
	fields := strings.Fields(line)
	set := make(nameSet, len(fields))
	for _, f := range fields {
		set[f] = struct{}{}
	}
	return set
}

// starts are the first n bytes of the words of a set.
func starts(set nameSet, n int) nameSet {
	out := make(nameSet, len(set))
	for word := range set {
		out[word[:n]] = struct{}{}
	}
	return out
}

// The facts about hosts that are not in the public suffix list, collected by
// hand for this scanner. They are read only.
var (
	// plainTLDs are believed everywhere: no English word, member or file ending.
	plainTLDs = names(`com cn net org cc xyz top vip edu gov icu io co tv hk tw jp kr uk ru de fr
		club shop site online asia biz mobi tk ml ga cf gq pw ws app dev ltd ren wiki tech`)

	// guessTLDs are believed after a disguised dot whatever is glued behind.
	guessTLDs = names("com cn net org cc xyz icu io co")

	// guessLooseTLDs are believed after a disguised dot when a border follows.
	guessLooseTLDs = names("top vip club shop site online fun win bet me app pro live tv hk tw ru us uk asia info tk")

	// gluedTLDs are those of them that no sentence has behind a Latin word.
	gluedTLDs = names("top vip club")

	// wordTLDs are also everyday words or members of objects in code, so a bare
	// host needs something more: www, a path, a port or a digit in the name.
	wordTLDs = names(`it is in so to my no do be at am as us by he an id name info map open style bar
		run date host link target select watch now next how you here one new read call show post save
		play page case land and art audio auto bio blog bot cafe camp cards care cash center chat city
		click coach codes coffee cool country data day deal deals degree dog domains download
		earth eat energy events exchange fail family fan farm fast film finance fish fit fly foo food
		football forum free fun fund game games garden gift gifts glass global gold golf goo got green
		group guide guru hair health help hot house ing ist jobs joy kids kim kind la law life lifestyle
		like link lol love ma man management market me media meet men menu mom money moto movie music
		ne network news ninja off ong party pay pet phone photo photos pics pictures pink pizza place
		plus press productions promo properties pub red rent repair report rest review reviews rich rip
		rocks room rugby safe sale school science secure security services sex sexy shoes show singles
		ski skin smile social software solutions space spot store stream studio study sucks
		supply support surf systems talk tax team tel theater tips today tools tours town toys trade
		trading training travel tube university uno video vision vote voyage wang water wed wedding win
		wine work works world wow wtf yes zone li ba pte mo mu mn ps si ai mt mv ms al ad ae af ag
		ac bf bi bt bv ci ck fm fo gm gs gt gu ht im int iq ir ki km kn lc lk ls md mg mk mm mr nc nf
		nr nu om pa pe pf pm pn pr py re rs sb sd se sh sl sm sn sr st sv sx sz tc td tf tg tl tm
		tn tt va vc ve vg vi vu wf ws ye yt zm zw`)

	// rentedTLDs are those of wordTLDs under which advertisers register names:
	// a bare host counts when it stands out of its surroundings.
	rentedTLDs = names(`me in la so ai im my us id ms mv vc ag ac cash chat city click cool deal deals
		energy fan fans fit free fun fund game games gift gold group guru help hot house kim land life
		link live lol love market media men money movie network news ninja one party pay pics pink plus
		promo red rent run sale school sex sexy show social software solutions space store studio team
		today tube video wang watch win work works world zone bet auto art ws`)

	// fileTLDs are endings of files: a bare name is a file.
	fileTLDs = names("zip mov md sh py pl rs ps so mk tf mm st vi cat pub java prof ax bz cab dot map bio ink cfd ms mp")

	// fileEndings are those that an international file name may have behind a
	// language (README.cn.md).
	fileEndings = names("md txt html htm json yaml yml xml js ts css go java properties po docx doc xlsx pdf pptx log conf zip gz srt ass")

	// testTLDs are reserved for examples.
	testTLDs = names("测试 測試")

	// hanTLDs are believed behind a plain dot without a scheme.
	hanTLDs = names("中国 中國 公司 网络 網絡 网址 在线 中文网 网店 商城 集团 网站 香港 台湾 台灣 企业 政务 公益 我爱你")

	// hanTLDStarts are their first two characters.
	hanTLDStarts = starts(hanTLDs, 6)

	// codeLabels start expressions in code rather than names of hosts.
	codeLabels = names(`this self super user admin request req response res window document console log logger
		math system os sys java javax kotlin np pd plt str string list array obj object data event err error app
		ctx fmt io foo bar baz config module process element node item file date time json http df args
		opts params props state util utils main test index client server session db sql conn row col
		table model view form input output result ret tmp temp val value key map set queue stack tree root
		parent child first last next prev left right int float bool byte char func fn cls class type
		package import export std vec torch tf nn cv re random thread lock page doc img image btn asp ado vb
		paint go rust python swift node socket vue react next nuxt electron crypto`)

	// reversedRoots begin the names of packages, which are hosts read backwards.
	reversedRoots = names("com org net io edu gov androidx android java javax")

	// honorifics are abbreviations whose full stop ends nothing.
	honorifics = names("mr mrs ms dr prof sir st jr no vs etc inc ltd co pte dept fig vol sec ch pp tel e.g i.e ph")

	// sentenceWords stand before " dot com" when English talks about the word.
	sentenceWords = names("the a an of in this that every any and or with use using about dot my your")

	// everyday words end a sentence more often than they name a host.
	everyday = names("i you he she it we they me him her us them this that here there now then today yes no ok so all well good fine great done too much")

	// shorteners are hosts whose links hide where they lead: public ones and
	// those of platforms whose share links redirect.
	shorteners = names(`t.cn dwz.cn url.cn suo.im suo.nz sourl.cn 985.so mrw.so rrd.me u.nu x.co tb.cn m.tb.cn
		s.tb.cn e.tb.cn c.tb.cn 3.cn u.jd.com kurl.cn w.url.cn dwz.mk dwz.win dwz.lc dwz.date t.im
		t.hk 0x3.me 6du.in ft12.com is.gd v.gd bit.ly j.mp goo.gl tinyurl.com ow.ly t.co cutt.ly rb.gy
		rebrand.ly buff.ly s.id tiny.cc shorturl.at surl.li lnk.to t.ly v.douyin.com v.kuaishou.com
		xhslink.com b23.tv p.pinduoduo.com p.pdd.cn yangkeduo.cc z.cn vk.cc adf.ly shrtco.de clck.ru
		soo.gd qrco.de lihi.cc reurl.cc pse.is ppt.cc x.gd bit.do git.io amzn.to youtu.be iii.im dlj.bz
		980.so h5ip.cn c7.gg 7.ly mtw.so sohu.gg lurl.cc u1s.cn urlc.cn urlify.cn tinyurl.cn
		dwz.tax sina.lt 2.gp m6z.cn d.cn aq.gs s.coop`)

	// mailHosts are talked about with an @ before them.
	mailHosts = names("qq.com 163.com 126.com yeah.net foxmail.com sina.com sina.cn sohu.com 139.com 189.cn gmail.com outlook.com hotmail.com live.com icloud.com yahoo.com aliyun.com")

	// localSchemes lead nowhere outside the reader's machine.
	localSchemes = names("file about chrome edge content blob res classpath app")

	// wholeSchemes are followed by a host of the open net.
	wholeSchemes = names("http https ftp ftps ws wss")

	// brokenSchemes are http with letters left out or changed, starredSchemes
	// what is left of it behind stars.
	brokenSchemes  = names("hxxp hxxps hxtp hxtps htxp htxps htp htps hpp ttp ttps tp tps h--p h--ps hxp hxps httq httqs hppt hppts htttp htttps hhttp hhttps httpps httpss")
	starredSchemes = names("p ps tp tps s")
)
