package data

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Rotation says which backups stay: the newest of each of the last so many
// hours, days and weeks that have one.
type Rotation struct{ Hours, Days, Weeks int }

// DefaultRotation keeps a day of hours, a week of days and a month of weeks.
func DefaultRotation() Rotation { return Rotation{Hours: 24, Days: 7, Weeks: 4} }

// apply removes the backups in dir that the rotation does not keep, and what
// interrupted backups left. The newest one always stays.
func (r Rotation) apply(dir string) error {
	names, err := backups(dir)
	if err != nil {
		return err
	}
	stay := r.keep(names)
	var errs []error
	for _, name := range names {
		if !stay[name] {
			errs = append(errs, remove(filepath.Join(dir, name)), remove(filepath.Join(dir, name+".json")))
		}
	}
	parts, err := filepath.Glob(filepath.Join(dir, backupPrefix+"*.part"))
	errs = append(errs, err)
	for _, p := range parts {
		errs = append(errs, remove(p))
	}
	return errors.Join(errs...)
}

// backups returns the names of the backups in dir, newest first.
func backups(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("list backups: %w", err)
	}
	var names []string
	for _, e := range entries {
		if _, err := backupDate(e.Name()); err == nil && e.Type().IsRegular() {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	slices.Reverse(names)
	return names, nil
}

// backupDate reads the time in a backup's name.
func backupDate(name string) (time.Time, error) {
	middle, ours := strings.CutPrefix(name, backupPrefix)
	middle, whole := strings.CutSuffix(middle, backupSuffix)
	if !ours || !whole {
		return time.Time{}, errors.New("not the name of a backup")
	}
	return time.Parse(backupTime, middle)
}

// keep chooses among names, newest first.
func (r Rotation) keep(names []string) map[string]bool {
	stay := make(map[string]bool)
	for i, rule := range []struct {
		most   int
		period func(time.Time) string
	}{
		{r.Hours, func(t time.Time) string { return t.Format("2006010215") }},
		{r.Days, func(t time.Time) string { return t.Format("20060102") }},
		{r.Weeks, func(t time.Time) string { y, w := t.ISOWeek(); return fmt.Sprint(y, "-", w) }},
	} {
		seen := make(map[string]bool)
		for _, name := range names {
			at, err := backupDate(name)
			p := rule.period(at)
			if err != nil || seen[p] || len(seen) >= rule.most {
				continue
			}
			seen[p], stay[name] = true, true
		}
		if i == 0 && len(names) > 0 {
			stay[names[0]] = true
		}
	}
	return stay
}
