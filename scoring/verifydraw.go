package scoring

import (
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// The reasons for which a draw does not verify.
var (
	// ErrDrawText means that something needed is missing or written twice in
	// different ways.
	ErrDrawText = errors.New("this is not the whole text of a draw")
	// ErrDrawFalse means that the text contradicts itself: the draw was not
	// held as promised, or the text was changed.
	ErrDrawFalse = errors.New("the draw does not verify")
)

// DrawReport is what a text proved.
type DrawReport struct {
	No        int64
	Entrants  int64
	Winners   []int64
	ListShown bool // the list of names was in the text and has the printed hash
}

// VerifyDraw recomputes a draw from its printed text alone: the closing text,
// with or without the opening one and the list of entrants (N号 name, one a
// line), in any order, with other lines between. Copying from a chat may have
// moved line breaks and spaces and changed the width and case of letters. A
// text that does not hold together is refused with [ErrDrawFalse], an
// incomplete one with [ErrDrawText].
func VerifyDraw(text string) (DrawReport, error) {
	p, err := parseDraw(text)
	if err != nil {
		return DrawReport{}, err
	}
	report := DrawReport{No: p.no, Entrants: p.n, Winners: p.winners, ListShown: len(p.names) > 0}
	if Commitment(p.seed, p.line) != p.commitment {
		return report, fmt.Errorf("%w: seed and rules do not give the commitment of the opening", ErrDrawFalse)
	}
	if report.ListShown && (int64(len(p.names)) != p.n || ListHash(p.names) != p.listHash) {
		return report, fmt.Errorf("%w: the list of entrants does not have the printed hash", ErrDrawFalse)
	}
	if want := WinningNumbers(p.seed, p.listHash, p.n, p.k); !slices.Equal(want, p.winners) {
		return report, fmt.Errorf("%w: the winners are %v, the text says %v", ErrDrawFalse, want, p.winners)
	}
	return report, nil
}

// printedDraw is what a text says.
type printedDraw struct {
	no, k, n   int64
	line       string
	commitment string
	seed       [32]byte
	listHash   string
	winners    []int64
	names      []string
}

// maxEntrants bounds the work that a text can ask for.
const maxEntrants = 100_000

// What is looked for in the text without its spaces, in half-width characters.
var (
	drawRules      = regexp.MustCompile(`抽奖#(\d{1,18}):每人(\d{1,12})分,(\d{1,9})名(平分奖池|各得\d{1,12}分),满(\d{1,12})人,(\d{1,2}月\d{1,2}日)(\d\d:\d\d)开奖`)
	drawCommitment = regexp.MustCompile(`承诺:([0-9a-f]{64})`)
	drawSeed       = regexp.MustCompile(`种子:([0-9a-f]{64})`)
	drawList       = regexp.MustCompile(`名单:(\d{1,6})人([0-9a-f]{64})`)
	drawWinners    = regexp.MustCompile(`中奖:(\d{1,6}号(?:、\d{1,6}号)*)`)
	drawEntrant    = regexp.MustCompile(`^(\d{1,6})号 (.*)$`)
)

// parseDraw finds the parts of a draw. Opening and closing repeat some of them;
// a repetition has to be the same.
func parseDraw(text string) (printedDraw, error) {
	p := printedDraw{names: entrants(text)}
	text = squeeze(text)
	for _, part := range []struct {
		label string
		form  *regexp.Regexp
		read  func(found []string) error
	}{
		{labelRules, drawRules, p.readRules},
		{labelCommitment, drawCommitment, func(found []string) error { p.commitment = found[1]; return nil }},
		{labelSeed, drawSeed, p.readSeed},
		{labelList, drawList, p.readList},
		{labelWinners, drawWinners, p.readWinners},
	} {
		all := part.form.FindAllStringSubmatch(text, -1)
		if len(all) == 0 {
			return p, fmt.Errorf("%w: nothing whole after %s", ErrDrawText, part.label)
		}
		if slices.ContainsFunc(all, func(other []string) bool { return other[0] != all[0][0] }) {
			return p, fmt.Errorf("%w: two different parts %s", ErrDrawText, part.label)
		}
		if err := part.read(all[0]); err != nil {
			return p, err
		}
	}
	return p, nil
}

// labelRules stands for the rules line, which is its own label.
const labelRules = "抽奖 #"

// squeeze removes spaces and invisible characters, and makes letters, digits
// and marks half-width and lower-case.
func squeeze(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.Is(unicode.Cf, r):
			return -1
		case r >= '！' && r <= '～':
			r += '!' - '！'
		}
		return unicode.ToLower(r)
	}, text)
}

// entrants returns the names of a list, one a line, numbered without a gap.
func entrants(text string) (names []string) {
	for line := range strings.Lines(text) {
		m := drawEntrant.FindStringSubmatch(strings.TrimSpace(line))
		if m != nil && m[1] == strconv.Itoa(len(names)+1) {
			names = append(names, m[2])
		}
	}
	return names
}

// readRules reads the rules and writes them as [Draw.Line] does: the
// commitment covers that line to the letter.
func (p *printedDraw) readRules(found []string) error {
	prize := strings.Replace(strings.Replace(found[4], "各得", "各得 ", 1), "分", " 分", 1)
	if found[4] == "平分奖池" {
		prize = found[4]
	}
	p.no, p.k = number(found[1]), number(found[3])
	p.line = fmt.Sprintf("抽奖 #%s：每人 %s 分，%s 名%s，满 %s 人，%s %s 开奖",
		found[1], found[2], found[3], prize, found[5], found[6], found[7])
	return nil
}

func (p *printedDraw) readSeed(found []string) error {
	seed, err := hex.DecodeString(found[1])
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDrawText, err)
	}
	p.seed = [32]byte(seed)
	return nil
}

func (p *printedDraw) readList(found []string) error {
	if number(found[1]) > maxEntrants {
		return fmt.Errorf("%w: at most %d entrants", ErrDrawText, maxEntrants)
	}
	p.n, p.listHash = number(found[1]), found[2]
	return nil
}

func (p *printedDraw) readWinners(found []string) error {
	for part := range strings.SplitSeq(found[1], "、") {
		p.winners = append(p.winners, number(strings.TrimSuffix(part, "号")))
	}
	return nil
}

// number reads digits that a pattern has bounded.
func number(digits string) int64 {
	n, _ := strconv.ParseInt(digits, 10, 64)
	return n
}
