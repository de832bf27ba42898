package moderation

import (
	"fmt"
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// asciiHost lowers a host and turns an international one into punycode. What
// is not a valid international name is returned as it was written: it is the
// host that is reported, never one that is looked up.
func asciiHost(host string) (string, trick) {
	host = strings.Trim(strings.ToLower(host), ".")
	if isASCII(host) {
		return host, 0
	}
	if out, err := idna.Lookup.ToASCII(host); err == nil {
		return out, trickIDN
	}
	if out, err := idna.Punycode.ToASCII(host); err == nil {
		return out, trickIDN
	}
	return host, 0
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// isTLD reports whether label, in punycode, is a top-level domain of the
// public suffix list's ICANN part.
func isTLD(label string) bool {
	if len(label) < 2 || len(label) > 30 {
		return false
	}
	_, icann := publicsuffix.PublicSuffix(label)
	return icann
}

// isRegistry reports whether host is itself a suffix such as com.cn, under
// which names are registered but which nobody owns.
func isRegistry(host string) bool {
	suffix, icann := publicsuffix.PublicSuffix(host)
	return icann && suffix == host
}

// isPrivateHost reports whether host names the reader's own machine or network.
func isPrivateHost(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		addr = addr.Unmap()
		return addr.IsPrivate() || addr.IsLoopback() || addr.IsLinkLocalUnicast() || addr.IsUnspecified() ||
			addr.IsMulticast()
	}
	last := host[strings.LastIndexByte(host, '.')+1:]
	switch last {
	case "localhost", "local", "lan", "internal", "localdomain":
		return true
	}
	return false
}

// hostSet is a set of hosts that covers their subdomains.
type hostSet map[string]struct{}

// newHostSet reads hosts as an owner writes them: *.example.com and
// https://example.com/ mean example.com.
func newHostSet(hosts []string) (hostSet, error) {
	set := make(hostSet, len(hosts))
	for i, written := range hosts {
		host, err := CleanHost(written)
		if err != nil {
			return nil, &RuleError{List: "allow_hosts", Index: i, Reason: err.Error() + "; write it like example.com", Repeats: -1}
		}
		set[host] = struct{}{}
	}
	return set, nil
}

// CleanHost returns the form in which an allowed host is compared: lower case,
// punycode, without scheme, path, port, *. and dots at the ends. An error says
// that no host was left.
func CleanHost(written string) (string, error) {
	host := strings.TrimSpace(written)
	if _, rest, found := strings.Cut(host, "://"); found {
		host = rest
	}
	if i := strings.IndexAny(host, "/\\?#"); i >= 0 {
		host = host[:i]
	}
	if strings.HasPrefix(host, "[") || strings.Count(host, ":") > 1 {
		host = strings.Trim(host, "[]")
	} else {
		host, _, _ = strings.Cut(host, ":")
	}
	host, _ = asciiHost(strings.TrimPrefix(host, "*."))
	if host == "" || strings.ContainsAny(host, " *@\t,，。") {
		return "", fmt.Errorf("the allowed host %q is no host", written)
	}
	return host, nil
}

// covers reports whether host or a domain above it is in the set. It compares
// whole labels, so evilexample.com is not covered by example.com.
func (s hostSet) covers(host string) bool {
	if len(s) == 0 {
		return false
	}
	for {
		if _, ok := s[host]; ok {
			return true
		}
		dot := strings.IndexByte(host, '.')
		if dot < 0 {
			return false
		}
		host = host[dot+1:]
	}
}
