/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file providers/sip/sdp.h
 * Session descriptions (RFC 4566, RFC 3264, T.38 annex D): what comes is read tolerantly, what
 * goes out is written in the spelling of the standards. Values; no socket, no SIP.
 *
 * Thread: any.
 */
#ifndef FX_SIP_SDP_H
#define FX_SIP_SDP_H

#include "base/bytes.h"

#define FX_SDP_MAX 8192u /**< octets of a body; longer ones are refused */
#define FX_SDP_MEDIA_MAX 8u
#define FX_SDP_HOST_SIZE 64u

enum fx_sdp_kind { FX_SDP_AUDIO, FX_SDP_IMAGE, FX_SDP_OTHER };
/** As the one who wrote it sees it. */
enum fx_sdp_dir { FX_SDP_SENDRECV, FX_SDP_SENDONLY, FX_SDP_RECVONLY, FX_SDP_INACTIVE };
enum fx_sdp_codec { FX_SDP_PCMU = 1, FX_SDP_PCMA = 2 }; /**< bits */
enum fx_sdp_ec { FX_SDP_EC_REDUNDANCY = 1, FX_SDP_EC_FEC = 2, FX_SDP_EC_NONE = 4 }; /**< bits */

/** The T.38 attributes of an image line; zero is what absence means. */
struct fx_sdp_t38 {
	uint32_t version;
	uint32_t max_bit_rate;     /**< bit/s; 0 = not said: 14400 */
	bool fill_bit_removal, mmr, jbig;
	bool colon_form;           /**< the peer writes T38FaxFillBitRemoval:1 */
	bool local_tcf;
	uint32_t max_buffer, max_datagram, max_ifp; /**< octets, 0 = not said */
	unsigned ec;               /**< enum fx_sdp_ec; 0 = not said */
	/** a=X-caselli-unpaced: both ends are ours and need not keep the pace of modems. */
	bool unpaced;
};

struct fx_sdp_media {
	enum fx_sdp_kind kind;
	char media[16], proto[24]; /**< as they stood; longer ones are cut */
	char fmt[64];              /**< as it stood, cut at a blank; for a refusal */
	uint16_t port;             /**< 0 = refused or not in use */
	char host[FX_SDP_HOST_SIZE]; /**< its own c= or the session's; "" = none */
	bool v6;
	bool hold;                 /**< 0.0.0.0, "::" or not sendrecv for us */
	enum fx_sdp_dir dir;
	/* audio */
	unsigned codecs;           /**< enum fx_sdp_codec */
	enum fx_sdp_codec first;   /**< the one named first, 0 = none */
	uint8_t event_type;        /**< payload type of telephone-event, 0 = none */
	uint8_t ptime;             /**< ms, 0 = not said: 20 */
	/* image */
	bool udptl;                /**< over UDPTL with format t38, in any spelling */
	struct fx_sdp_t38 t38;
};
struct fx_sdp {
	struct fx_sdp_media media[FX_SDP_MEDIA_MAX];
	unsigned n;
};

/**
 * @return 0, FX_EPROTO (no v=0, a bad m= or port: the reason names the line), FX_ELIMIT
 */
FX_MUST_CHECK int fx_sdp_parse(const void *p, size_t n, struct fx_sdp *ret,
			       struct fx_reason *reterr);
/**
 * The application/sdp part of a body: the body itself, or a part of multipart/mixed.
 * @param content_type value of the header; NULL or "" counts as application/sdp
 * @return 0 (ret borrows from p), FX_ENOENT (no such part)
 */
FX_MUST_CHECK int fx_sdp_part(const char *content_type, const void *p, size_t n,
			      const uint8_t **ret, size_t *ret_n);

/** The media line of a kind that is in use (port not 0, format ours), NULL = none. */
const struct fx_sdp_media *fx_sdp_find(const struct fx_sdp *s, enum fx_sdp_kind kind);

/** What we can do; the peer's wishes are held against it. */
struct fx_sdp_t38_own {
	uint32_t version;      /**< highest, 0..3 */
	uint32_t max_bit_rate; /**< 2400..14400 */
	uint32_t max_datagram; /**< what we take */
	unsigned ec;           /**< what we are able to send */
};
/**
 * The answer to an offer: one error correction of those offered (redundancy before FEC), the
 * lower version and rate, our own limit of datagrams.
 * @return 0, FX_ENOSYS with the reason (localTCF over UDPTL, an error correction we lack)
 */
FX_MUST_CHECK int fx_sdp_t38_answer(const struct fx_sdp_t38 *offer,
				    const struct fx_sdp_t38_own *own, struct fx_sdp_t38 *ret,
				    struct fx_reason *reterr);
/** What we offer. */
void fx_sdp_t38_offer(const struct fx_sdp_t38_own *own, struct fx_sdp_t38 *ret);
/**
 * What holds after their answer to our offer; a bare answer (no attribute at all) takes defaults.
 * @return 0, FX_ENOSYS (it answers what was not offered)
 */
FX_MUST_CHECK int fx_sdp_t38_agree(const struct fx_sdp_t38 *offer, const struct fx_sdp_t38 *answer,
				   struct fx_sdp_t38 *ret, struct fx_reason *reterr);

/** One m-line of ours. */
struct fx_sdp_line {
	enum fx_sdp_kind kind;
	const struct fx_sdp_media *refuse; /**< their line, written back with port 0; else NULL */
	uint16_t port;
	unsigned codecs;           /**< audio: enum fx_sdp_codec */
	enum fx_sdp_codec first;   /**< written first */
	uint8_t event_type;        /**< audio: telephone-event 0-15, 0 = none */
	enum fx_sdp_dir dir;
	struct fx_sdp_t38 t38;     /**< image */
};
/** What stays the same in a call. */
struct fx_sdp_origin {
	uint64_t id, version; /**< version rises only when the body changes */
	char host[FX_SDP_HOST_SIZE];
	bool v6;
};
/** Append a body. Errors stick in b. */
void fx_sdp_write(struct fx_buf *b, const struct fx_sdp_origin *o, const struct fx_sdp_line *lines,
		  unsigned n);

#endif
