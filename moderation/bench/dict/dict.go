// Package dict reads the jieba dictionary (MIT) as it is shipped in
// github.com/yanyiwu/gojieba v1.4.6, of which only the data file is used.
package dict

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

const module = "github.com/yanyiwu/gojieba@v1.4.6"

// Word is one row of the dictionary.
type Word struct {
	Runes []rune
	Freq  int // occurrences in the corpus the dictionary was counted on
}

// Read has the go command fetch and verify the module, and reads its words.
func Read() ([]Word, error) {
	out, err := exec.Command("go", "mod", "download", "-json", module).Output()
	if err != nil {
		return nil, fmt.Errorf("download %s: %w", module, err)
	}
	var info struct{ Dir string }
	if err := json.Unmarshal(out, &info); err != nil {
		return nil, fmt.Errorf("download %s: %w", module, err)
	}
	return readFile(filepath.Join(info.Dir, "deps/cppjieba/dict/jieba.dict.utf8"))
}

func readFile(path string) ([]Word, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open dictionary: %w", err)
	}
	defer f.Close()
	var out []Word
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		field := strings.Fields(sc.Text())
		if len(field) < 2 {
			continue
		}
		n, err := strconv.Atoi(field[1])
		if err != nil {
			return nil, fmt.Errorf("dictionary row %q: %w", sc.Text(), err)
		}
		out = append(out, Word{[]rune(field[0]), n})
	}
	return out, sc.Err()
}
