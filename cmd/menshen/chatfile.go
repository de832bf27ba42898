package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// chatLine is one message of an exported chat. Time is zero where the export
// has none.
type chatLine struct {
	Time   time.Time `json:"time"`
	Member string    `json:"member"`
	Text   string    `json:"text"`
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
			if err == nil {
				c, err = csvLine(header, row)
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
