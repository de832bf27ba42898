package main

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"menshen/bot/chat"
)

// metrics reads the program's state when it is asked for it; nothing is
// counted on the way of a message. No name, text or room is in it.
type metrics struct {
	p *program

	login, since, messages, cases, open, postings, pending, budget, journal, lag, roster *prometheus.Desc
}

// newMetrics returns the handler of /metrics.
func newMetrics(p *program) http.Handler {
	one := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("menshen_"+name, help, labels, nil)
	}
	m := metrics{
		p:        p,
		login:    one("login", "1 for the phase the login is in.", "phase"),
		since:    one("login_phase_seconds", "How long the login has been in its phase."),
		messages: one("messages_total", "Messages recorded, ever."),
		cases:    one("cases_total", "Cases opened, ever."),
		open:     one("cases_open", "Cases that wait for somebody."),
		postings: one("postings_total", "Postings in the ledgers of points, ever."),
		pending:  one("outbox_pending", "Sentences that are not sent yet."),
		budget:   one("send_budget_left", "Messages that may still be sent in this hour."),
		journal:  one("journal_bytes", "Size of the database's journal; it is long while somebody holds an old view open."),
		lag:      one("sync_lag_seconds", "How old the newest message was when it was recorded."),
		roster:   one("last_roster_timestamp_seconds", "When a whole member list was last read; missing before the first one."),
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(m, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}

// Describe implements [prometheus.Collector].
func (m metrics) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{m.login, m.since, m.messages, m.cases, m.open, m.postings, m.pending, m.budget, m.journal, m.lag, m.roster} {
		to <- d
	}
}

// Collect implements [prometheus.Collector].
func (m metrics) Collect(to chan<- prometheus.Metric) {
	login := m.p.road.Login()
	for _, phase := range []chat.Phase{
		chat.PhaseStarting, chat.PhaseScan, chat.PhaseOnline, chat.PhaseOffline, chat.PhaseEnded, chat.PhaseRefused,
	} {
		in := 0.0
		if phase == login.Phase {
			in = 1
		}
		to <- prometheus.MustNewConstMetric(m.login, prometheus.GaugeValue, in, string(phase))
	}
	gauge := func(d *prometheus.Desc, v float64) { to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v) }
	count := func(d *prometheus.Desc, v int64) {
		to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(v))
	}
	gauge(m.since, m.p.clock.Now().Sub(login.Since).Seconds())
	gauge(m.budget, float64(m.p.road.Budget()))
	gauge(m.journal, float64(m.p.db.Journal()))
	gauge(m.lag, m.p.road.Lag().Seconds())
	if at := m.p.road.LastRoster(); !at.IsZero() {
		gauge(m.roster, float64(at.Unix()))
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	t, err := m.p.db.Totals(ctx)
	if err != nil {
		to <- prometheus.NewInvalidMetric(m.messages, err)
		return
	}
	count(m.messages, t.Messages)
	count(m.cases, t.Cases)
	count(m.postings, t.Postings)
	gauge(m.open, float64(t.Open))
	gauge(m.pending, float64(t.Pending))
}
