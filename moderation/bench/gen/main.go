// Command gen writes the character tables of package moderation:
//
//	go run ./gen -opencc DIR -out ..
//
// Every table is derived from published character data:
//
//	fold.bin   Unicode NFKC and case (golang.org/x/text v0.43.0, BSD-3; Unicode licence),
//	           Unicode confusables for Latin look-alikes (github.com/mtibben/confusables, BSD-3),
//	           TSCharacters, STCharacters, JPShinjitaiCharacters of OpenCC
//	           (github.com/BYVoid/OpenCC, Apache-2.0), and the tables of own.go
//	han.bin    frequency class and toneless readings: github.com/mozillazg/go-pinyin
//	           v0.21.0 (MIT; readings from Unihan), frequencies from the jieba dictionary
//	words.bin  hashes of ordinary words: the jieba dictionary as shipped in
//	           github.com/yanyiwu/gojieba v1.4.6 (MIT)
//
// The dictionaries come from the module cache; OpenCC is a checkout of its
// repository, of which only data/dictionary is read.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"menshen/moderation/bench/dict"
)

func main() {
	opencc := flag.String("opencc", "", "directory holding OpenCC's data/dictionary")
	out := flag.String("out", "..", "directory the tables are written to")
	flag.Parse()
	if err := run(*opencc, *out); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(opencc, out string) error {
	folds, err := buildFolds(opencc)
	if err != nil {
		return err
	}
	words, err := dict.Read()
	if err != nil {
		return err
	}
	files := map[string][]byte{
		"fold.bin":  folds.encode(),
		"words.bin": encodeWords(words, folds),
		"han.bin":   encodeHan(words),
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(out, name), data, 0o644); err != nil {
			return err
		}
		fmt.Println(name, len(data))
	}
	return nil
}
