package data

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// link continues a digest chain: it hashes the digest before with everything
// the new row says, so that a row changed later no longer fits the rows after
// it. Eight bytes at most are kept: enough to see accidents and hand edits.
// Whoever can rewrite the whole chain is not kept out by it.
//
// Numbers are hashed as eight bytes each, texts with their length, so that no
// two rows hash the same bytes.
func link(before uint64, numbers []int64, blobs ...[]byte) uint64 {
	buf := make([]byte, 0, 192)
	buf = binary.BigEndian.AppendUint64(buf, before)
	for _, n := range numbers {
		buf = binary.BigEndian.AppendUint64(buf, uint64(n))
	}
	for _, b := range blobs {
		buf = binary.BigEndian.AppendUint64(buf, uint64(len(b)))
		buf = append(buf, b...)
	}
	sum := sha256.Sum256(buf)
	return binary.BigEndian.Uint64(sum[:])
}

// commit hides a text in a hash: a chain covers the hash, so the text and its
// salt can be erased while the chain stays whole. Without the salt a short
// text cannot be guessed back.
func commit(text string) (commitment, salt []byte, err error) {
	salt = make([]byte, 16)
	if _, err := rand.Read(salt); err != nil {
		return nil, nil, fmt.Errorf("make salt: %w", err)
	}
	return commitment32(salt, text), salt, nil
}

// commitment32 is the commitment to a text with a known salt.
func commitment32(salt []byte, text string) []byte {
	sum := sha256.Sum256(append(salt[:len(salt):len(salt)], text...))
	return sum[:]
}
