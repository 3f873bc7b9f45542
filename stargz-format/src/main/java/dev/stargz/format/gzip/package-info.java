/**
 * A blob as a row of gzip members (RFC 1952): cut into members, compressed in parallel and written
 * in order; read as one stream, or from any member on.
 *
 * <pre>
 *   {@link dev.stargz.format.gzip.MemberWriter}  bytes and cuts -> batches of members
 *   {@link dev.stargz.format.gzip.BatchPipeline} batches -> encoders on many threads -> in order
 *   {@link dev.stargz.format.gzip.BlobOutput}    compressed bytes -> position, digest, stream
 * </pre>
 */
@NullMarked
package dev.stargz.format.gzip;

import org.jspecify.annotations.NullMarked;
