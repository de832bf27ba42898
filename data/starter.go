package data

import (
	"embed"
	"io/fs"
)

//go:embed starter/*.yaml
var starterFiles embed.FS

// Starter holds the starter lists: one rules file a category, in the format of
// the rules file, every word in the review tier.
func Starter() fs.FS {
	sub, err := fs.Sub(starterFiles, "starter")
	if err != nil {
		return starterFiles // cannot happen: the folder is a constant
	}
	return sub
}
