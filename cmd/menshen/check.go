package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"menshen/bot/chat"
	"menshen/moderation"
)

type checkCmd struct {
	Rules   string `type:"path" help:"Rules file (YAML or JSON); without it only the rules for links and the like apply."`
	Starter bool   `help:"Add the words of the starter lists, for review."`
}

// maxCheckLine is the longest line that is judged, in bytes without its end.
const maxCheckLine = 1 << 20

// Run judges every line of the input as one message of an ordinary member
// without history and answers it at once. It ends with code 1 if a line could
// not be read as a message.
func (c checkCmd) Run(ctx context.Context, std streams) error {
	judge, err := c.judge()
	if err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- judgeLines(judge, std) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done(): // a read from a terminal cannot be interrupted
		return exitError{code: 1}
	}
}

// judgeLines answers every line of std.In on std.Out.
func judgeLines(judge *moderation.Judge, std streams) error {
	in := lineReader{r: bufio.NewReaderSize(std.In, 64<<10)}
	var out bytes.Buffer
	failed := false
	for {
		line, err := in.next()
		if errors.Is(err, io.EOF) {
			break
		}
		answer := checkAnswer{}
		if err == nil {
			answer, err = checkLine(judge, line)
		} else if !errors.Is(err, errLongLine) {
			return fmt.Errorf("read the input: %w", err)
		}
		failed = failed || err != nil
		out.Reset()
		if err := writeAnswer(&out, answer, err); err != nil {
			return fmt.Errorf("write the answer: %w", err)
		}
		if _, err := std.Out.Write(out.Bytes()); err != nil {
			return fmt.Errorf("write the answer: %w", err)
		}
	}
	if failed {
		return exitError{code: 1}
	}
	return nil
}

func (c checkCmd) judge() (*moderation.Judge, error) {
	var rules moderation.Rules
	var judge *moderation.Judge
	var err error
	if c.Rules != "" {
		if rules, judge, err = readRules(c.Rules); err != nil {
			return nil, err
		}
	}
	if c.Starter {
		starter, err := starterRules()
		if err != nil {
			return nil, err
		}
		own := make(map[string]bool, len(rules.Keywords))
		for _, k := range rules.Keywords {
			own[k.Word] = true
		}
		for _, k := range starter.Keywords {
			if !own[k.Word] { // the file's word wins
				rules.Keywords = append(rules.Keywords, k)
			}
		}
		rules.AllowPhrases = append(rules.AllowPhrases, starter.AllowPhrases...)
	} else if judge != nil {
		return judge, nil
	}
	return moderation.Compile(rules)
}

var errLongLine = errors.New("the line is longer than 1 MiB")

// lineReader reads lines of bounded length; a longer one is skipped to its end.
type lineReader struct {
	r     *bufio.Reader
	line  []byte
	begun bool
}

// next returns the next line without its end. The error is errLongLine for
// one that is too long, io.EOF at the end. The line is valid until next.
func (l *lineReader) next() ([]byte, error) {
	l.line = l.line[:0]
	long := false
	for {
		part, err := l.r.ReadSlice('\n')
		if !long {
			l.line = append(l.line, part...)
		}
		long = long || len(bytes.TrimRight(l.line, "\r\n")) > maxCheckLine
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && (len(l.line) == 0 || !errors.Is(err, io.EOF)):
			return nil, err
		case long:
			return nil, errLongLine
		}
		line := bytes.TrimSuffix(bytes.TrimSuffix(l.line, []byte("\n")), []byte("\r"))
		if !l.begun {
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
		}
		l.begun = true
		return line, nil
	}
}

// checkMessage is a line of input written as JSON.
type checkMessage struct {
	Text   string   `json:"text"`
	Kind   string   `json:"kind"`
	Title  string   `json:"title"`
	URLs   []string `json:"urls"`
	Quoted string   `json:"quoted"`
}

// checkLine judges one line: JSON if it starts with a brace, text otherwise.
func checkLine(judge *moderation.Judge, line []byte) (checkAnswer, error) {
	m := moderation.Message{Kind: string(chat.KindText)}
	if bytes.HasPrefix(line, []byte("{")) {
		var err error
		if m, err = readMessage(line); err != nil {
			return checkAnswer{}, err
		}
	} else {
		m.Text = string(line)
	}
	return newCheckAnswer(judge.Judge(m)), nil
}

// readMessage reads JSON strictly: exact field names, no others, and nothing
// behind the object.
func readMessage(line []byte) (moderation.Message, error) {
	var m moderation.Message
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(line, &fields); err != nil {
		return m, fmt.Errorf("not JSON: %w", err)
	}
	for name := range fields {
		if !slices.Contains([]string{"text", "kind", "title", "urls", "quoted"}, name) {
			return m, fmt.Errorf("unknown field %q; there are text, kind, title, urls and quoted", name)
		}
	}
	var in checkMessage
	if err := json.Unmarshal(line, &in); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) {
			return m, fmt.Errorf("field %q is a %s, which is the wrong type", wrong.Field, wrong.Value)
		}
		return m, fmt.Errorf("not JSON: %w", err)
	}
	if in.Kind != "" && !slices.Contains(checkKinds, in.Kind) {
		return m, fmt.Errorf("unknown kind %q; there are %s", in.Kind, strings.Join(checkKinds, ", "))
	}
	return moderation.Message{Kind: in.Kind, Text: in.Text, Title: in.Title, URLs: in.URLs, Quoted: in.Quoted}, nil
}

// checkKinds are the kinds a message of the input may have: the simulator's.
var checkKinds = []string{
	string(chat.KindText), string(chat.KindImage), string(chat.KindSticker), string(chat.KindVoice),
	string(chat.KindVideo), string(chat.KindFile), string(chat.KindLink), string(chat.KindMiniProgram),
	string(chat.KindCard), string(chat.KindForward), string(chat.KindChannels), string(chat.KindQuote),
	string(chat.KindLocation), string(chat.KindRedPacket), string(chat.KindUnreadable), "raw",
}

// checkAnswer is one line of output.
type checkAnswer struct {
	Action   string         `json:"action"`
	Findings []checkFinding `json:"findings"`
}

type checkFinding struct {
	Rule     string   `json:"rule"`
	Tier     string   `json:"tier"`
	Action   string   `json:"action"`
	Word     string   `json:"word,omitempty"`
	Category string   `json:"category,omitempty"`
	Host     string   `json:"host,omitempty"`
	In       string   `json:"in"`
	At       *int     `json:"at,omitempty"`
	Span     [2]int   `json:"span"`
	Text     string   `json:"text"`
	Why      []string `json:"why"`
}

func newCheckAnswer(v moderation.Verdict) checkAnswer {
	answer := checkAnswer{Action: v.Action.String(), Findings: make([]checkFinding, len(v.Findings))}
	for i, f := range v.Findings {
		out := checkFinding{
			Rule: f.Rule, Tier: f.Tier.String(), Action: f.Action.String(), Word: f.Word, Category: f.Category,
			Host: f.Host, In: f.In, Span: [2]int{f.Start, f.End}, Text: f.Text, Why: append([]string{}, f.Why...),
		}
		if f.In == moderation.FieldURL {
			out.At = &v.Findings[i].At
		}
		answer.Findings[i] = out
	}
	return answer
}

// writeAnswer writes one line of JSON: the answer, or the error instead.
func writeAnswer(w io.Writer, answer checkAnswer, failure error) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if failure != nil {
		return enc.Encode(map[string]string{"error": failure.Error()})
	}
	return enc.Encode(answer)
}
