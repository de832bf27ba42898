package scoring

import (
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
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
// line), in any order, with other lines between. A text that does not hold
// together is refused with [ErrDrawFalse], an incomplete one with
// [ErrDrawText].
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

var (
	drawLine     = regexp.MustCompile(`^抽奖 #(\d{1,18})：每人 \d+ 分，(\d{1,9}) 名.*，满 \d+ 人，.* 开奖$`)
	drawList     = regexp.MustCompile(`^(\d{1,6}) 人 ([0-9a-f]{64})$`)
	drawEntrant  = regexp.MustCompile(`^(\d{1,6})号 (.*)$`)
	drawWinner   = regexp.MustCompile(`^(\d{1,6})号$`)
	drawHexValue = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// parseDraw finds the lines of a draw. Opening and closing repeat lines; a
// repetition has to be the same.
func parseDraw(text string) (printedDraw, error) {
	found := map[string]string{}
	var names []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		label, value := cutLabel(line)
		if label == "" {
			if m := drawEntrant.FindStringSubmatch(line); m != nil && m[1] == strconv.Itoa(len(names)+1) {
				names = append(names, m[2])
			}
			continue
		}
		if old, ok := found[label]; ok && old != value {
			return printedDraw{}, fmt.Errorf("%w: two different lines %s", ErrDrawText, label)
		}
		found[label] = value
	}
	for _, label := range []string{labelRules, labelCommitment, labelSeed, labelList, labelWinners} {
		if _, ok := found[label]; !ok {
			return printedDraw{}, fmt.Errorf("%w: no line %s", ErrDrawText, label)
		}
	}
	return readDraw(found, names)
}

// labelRules stands for the rules line, which is its own label.
const labelRules = "抽奖 #"

// cutLabel tells what a line is; label is empty for anything else.
func cutLabel(line string) (label, value string) {
	if drawLine.MatchString(line) {
		return labelRules, line
	}
	for _, label := range []string{labelCommitment, labelSeed, labelList, labelWinners} {
		if value, ok := strings.CutPrefix(line, label); ok {
			return label, strings.TrimSpace(value)
		}
	}
	return "", ""
}

// readDraw reads the values of the lines.
func readDraw(found map[string]string, names []string) (printedDraw, error) {
	p := printedDraw{line: found[labelRules], commitment: found[labelCommitment], names: names}
	rules := drawLine.FindStringSubmatch(p.line)
	p.no, p.k = number(rules[1]), number(rules[2])
	if !drawHexValue.MatchString(found[labelSeed]) {
		return p, fmt.Errorf("%w: the seed is 64 hexadecimal digits", ErrDrawText)
	}
	seed, err := hex.DecodeString(found[labelSeed])
	if err != nil {
		return p, fmt.Errorf("%w: %w", ErrDrawText, err)
	}
	p.seed = [32]byte(seed)
	list := drawList.FindStringSubmatch(found[labelList])
	if list == nil || number(list[1]) > maxEntrants {
		return p, fmt.Errorf("%w: the list line has a number of entrants and a hash", ErrDrawText)
	}
	p.n, p.listHash = number(list[1]), list[2]
	for part := range strings.SplitSeq(found[labelWinners], "、") {
		m := drawWinner.FindStringSubmatch(part)
		if m == nil {
			return p, fmt.Errorf("%w: winners are numbers like 7号", ErrDrawText)
		}
		p.winners = append(p.winners, number(m[1]))
	}
	return p, nil
}

// number reads digits that a pattern has bounded.
func number(digits string) int64 {
	n, _ := strconv.ParseInt(digits, 10, 64)
	return n
}
