// AS numbers with a meaning of their own.

/** RFC 6793 section 9: stands in two octets for an AS number that needs four. */
export const AS_TRANS = 23456;
