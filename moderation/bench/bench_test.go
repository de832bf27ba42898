package main

import (
	"testing"

	"menshen/moderation/bench/dict"
)

func BenchmarkFind(b *testing.B) {
	words, err := dict.Read()
	if err != nil {
		b.Fatal(err)
	}
	texts := prepare(messages(words, 2000))
	n := 0
	for i := range texts {
		n += len(texts[i].runes)
	}
	println(n / len(texts))
	for _, e := range engines[1:2] {
		search, _ := e.build(keywords(words, 10000))
		b.Run(e.name, func(b *testing.B) {
			i := 0
			for b.Loop() {
				search(&texts[i%len(texts)])
				i++
			}
		})
	}
}
