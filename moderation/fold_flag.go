package moderation

import "strings"

// regions are the two-letter codes of ISO 3166-1 and EU, which have flags.
const regions = "ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo bq br bs bt bv bw by bz " +
	"ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg eh er es et eu fi fj fk fm fo fr " +
	"ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp " +
	"ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mf mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz " +
	"na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw " +
	"sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz " +
	"ua ug um us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw"

const regionalA = 0x1F1E6

// flags turns runs of regional letters that are nothing but flags into gaps;
// other runs spell a word.
func (f *Folded) flags() {
	for i := 0; i < len(f.cells); i++ {
		end := i
		for end < len(f.cells) && f.cells[end].step() == stepRegional {
			end++
		}
		if run := f.cells[i:end]; len(run) > 0 && isFlags(run) {
			for j := range run {
				run[j] = cell(run[j].r()-'a'+regionalA) | classGap<<classShift | run[j]&markHidden
				if j%2 == 1 {
					run[j] |= markJoined
				}
			}
		}
		i = end
	}
}

func isFlags(run []cell) bool {
	letters := make([]byte, len(run))
	for i, c := range run {
		letters[i] = byte(c.r())
	}
	return areRegions(letters)
}

// areRegions reports whether letters are the codes of regions, one behind the
// other.
func areRegions(letters []byte) bool {
	if len(letters)%2 != 0 {
		return false
	}
	for i := 0; i < len(letters); i += 2 {
		if !strings.Contains(regions, string(letters[i:i+2])) {
			return false
		}
	}
	return true
}

func isRegional(r rune) bool { return regionalA <= r && r < regionalA+26 }

// spellsWord reports whether the regional letters at the start of text are no
// mere flags.
func spellsWord(text string) bool {
	var letters []byte
	for _, r := range text {
		if !isRegional(r) {
			break
		}
		letters = append(letters, byte(r-regionalA)+'a')
	}
	return !areRegions(letters)
}
