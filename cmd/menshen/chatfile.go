package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// chatLine is one message of an exported chat. Time is zero and Member empty
// where the export has none; Line is where it begins in the file.
type chatLine struct {
	Time   time.Time `json:"time"`
	Member string    `json:"member"`
	Text   string    `json:"text"`
	Line   int       `json:"-"`
}

// longestChatLine bounds one message of an export, in bytes.
const longestChatLine = 1 << 20

// readChat reads an exported chat: .jsonl with {"time","member","text"} of
// which only text is needed, .csv with that header, or one message a line. It
// yields an error with its line number and stops there.
func readChat(name string, r io.Reader) (iter.Seq2[chatLine, error], error) {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".jsonl", ".ndjson":
		return readLines(withoutMark(r), parseJSONLine), nil
	case ".csv":
		return readCSV(withoutMark(r)), nil
	case ".txt":
		return readLines(withoutMark(r), func(line string) (chatLine, error) { return chatLine{Text: line}, nil }), nil
	}
	return nil, usage("%s: a chat is a .jsonl, .csv or .txt file", name)
}

// withoutMark skips the byte order mark that spreadsheets begin a file with.
func withoutMark(r io.Reader) io.Reader {
	const mark = "\ufeff"
	b := bufio.NewReader(r)
	if begin, err := b.Peek(len(mark)); err == nil && string(begin) == mark {
		_, _ = b.Discard(len(mark)) // they are in the buffer
	}
	return b
}

func parseJSONLine(line string) (chatLine, error) {
	var c chatLine
	return c, json.Unmarshal([]byte(line), &c)
}

// readLines skips empty lines.
func readLines(r io.Reader, parse func(string) (chatLine, error)) iter.Seq2[chatLine, error] {
	return func(yield func(chatLine, error) bool) {
		lines := bufio.NewScanner(r)
		lines.Buffer(nil, longestChatLine)
		n := 0
		for lines.Scan() {
			n++
			if strings.TrimSpace(lines.Text()) == "" {
				continue
			}
			c, err := parse(lines.Text())
			c.Line = n
			if err != nil {
				err = fmt.Errorf("line %d: %w", n, err)
			}
			if !yield(c, err) || err != nil {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield(chatLine{}, fmt.Errorf("line %d: %w", n+1, err))
		}
	}
}

func readCSV(r io.Reader) iter.Seq2[chatLine, error] {
	return func(yield func(chatLine, error) bool) {
		table := csv.NewReader(r)
		header, err := table.Read()
		if err == nil && !slices.Contains(header, "text") {
			err = errors.New("line 1: the header names no column text")
		}
		if err != nil {
			yield(chatLine{}, err)
			return
		}
		for {
			row, err := table.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			var c chatLine
			if err == nil { // its own errors name the line
				line, _ := table.FieldPos(0)
				if c, err = csvLine(header, row); err != nil {
					err = fmt.Errorf("line %d: %w", line, err)
				}
				c.Line = line
			}
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
}

func csvLine(header, row []string) (c chatLine, err error) {
	for i, column := range header {
		switch column {
		case "text":
			c.Text = row[i]
		case "member":
			c.Member = row[i]
		case "time":
			if row[i] != "" {
				c.Time, err = time.Parse(time.RFC3339, row[i])
			}
		}
	}
	return c, err
}

// chatSurvey is what an export holds, known before any of it is played.
type chatSurvey struct {
	members []string // who speaks, in the order of their first lines
	silent  []int    // lines without a text, which are passed over
}

// surveyChat reads a whole export once, so that a line that cannot be read is
// told before the play begins.
func surveyChat(name string) (chatSurvey, error) {
	var s chatSurvey
	file, err := os.Open(name)
	if err != nil {
		return s, usage("%v; name an exported chat", err)
	}
	defer file.Close()
	lines, err := readChat(name, file)
	if err != nil {
		return s, err
	}
	known := map[string]bool{}
	for line, err := range lines {
		if err != nil {
			return s, usage("the chat cannot be read: %s: %v; correct or remove the line", name, err)
		}
		if line.Text == "" {
			s.silent = append(s.silent, line.Line)
		} else if line.Member != "" && !known[line.Member] && len(known) < mostSpeakers {
			known[line.Member] = true
			s.members = append(s.members, line.Member)
		}
	}
	return s, nil
}
