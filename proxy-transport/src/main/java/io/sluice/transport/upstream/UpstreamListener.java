package io.sluice.transport.upstream;

import io.netty.buffer.ByteBuf;
import io.sluice.http.ResponseHead;

/**
 * Is told of one attempt at a provider, on the event loop of its call.
 *
 * <p>After {@link #onEnd} or {@link #onFailure} no callback follows. Buffers are borrowed: valid
 * during the callback, and retained by whoever keeps them.
 */
public interface UpstreamListener {

    /** A connection is there; the request may be sent. */
    void onConnected(UpstreamConnection connection);

    /** The answer's head has come. Valid until the attempt has ended. */
    void onHead(ResponseHead head);

    /**
     * Payload has come.
     *
     * @param in the bytes received
     * @param index where the payload starts in {@code in}
     * @param length of the payload
     * @param frameIndex where the whole HTTP chunk around it starts, or -1 if it is not wholly in
     *     {@code in}
     * @param frameEnd behind that chunk
     */
    void onPayload(ByteBuf in, int index, int length, int frameIndex, int frameEnd);

    /** All payload of one read has been told; its buffer is about to be released. */
    void onReadEnd();

    /** Nothing more is to be read for now; what was written may be flushed. */
    void onReadComplete();

    /** The answer is complete by its framing. The connection is no longer the attempt's. */
    void onEnd();

    /** The attempt has failed. The connection is closed or never was. */
    void onFailure(UpstreamFailure failure, String detail);
}
