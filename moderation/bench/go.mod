module menshen/moderation/bench

go 1.26.0

require (
	github.com/cloudflare/ahocorasick v0.0.0-20240916140611-054963ec9396
	github.com/mozillazg/go-pinyin v0.21.0
	github.com/mtibben/confusables v0.0.0-20210201002637-9d1b0723b659
	golang.org/x/text v0.43.0
)

require golang.org/x/net v0.62.0 // indirect

require (
	github.com/BobuSumisu/aho-corasick v1.0.3
	github.com/anknown/ahocorasick v0.0.0-20190904063843-d75dbd5169c0
	github.com/anknown/darts v0.0.0-20151216065714-83ff685239e6 // indirect
	github.com/coregx/ahocorasick v0.2.1
	github.com/importcjj/sensitive v0.0.0-20200106142752-42d1c505be7b
	menshen v0.0.0
)

replace menshen => ../..
