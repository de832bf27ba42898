package scoring

// Place is one member's standing in a room. Members are ordered by points;
// equal ones by who reached them first, that is by the number of their last
// posting.
type Place struct {
	Member int64
	Points int64
	Rank   int // from 1; 0 when the member is not ranked
}

// Ranking is the head of a room's ranking and one member's own place in it.
type Ranking struct {
	Top   []Place
	Own   Place // Rank is 0 when the member is not ranked
	Ahead Place // who is next before Own; Rank is 0 for the first
	Total int   // members ranked
}

// Gap returns the points that Own lacks to have as many as Ahead.
func (r Ranking) Gap() int64 {
	if r.Ahead.Rank == 0 {
		return 0
	}
	return r.Ahead.Points - r.Own.Points
}

// Proof is what a room's ledger adds up to.
type Proof struct {
	Postings int64
	Count    int64            // members with a balance
	Members  int64            // their points together
	Held     int64            // of these, set aside
	Accounts map[Contra]int64 // what each account of the room has
	Between  int64            // both halves of all transfers together; 0
}

// Sum returns members and accounts together. It is 0 in a ledger that adds up.
func (p Proof) Sum() int64 {
	sum := p.Members
	for _, points := range p.Accounts {
		sum += points
	}
	return sum
}
