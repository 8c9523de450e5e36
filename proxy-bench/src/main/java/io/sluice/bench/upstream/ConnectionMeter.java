package io.sluice.bench.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;

/**
 * Notes in the books that a connection opens, closes and takes bytes. Stands next to the socket.
 */
final class ConnectionMeter extends ChannelDuplexHandler {

    private final Books books;

    ConnectionMeter(Books books) {
        this.books = books;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        books.onConnected();
        ctx.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        books.onDisconnected();
        ctx.fireChannelInactive();
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (!(msg instanceof ByteBuf buf)) {
            ctx.write(msg, promise);
            return;
        }
        int bytes = buf.readableBytes();
        ChannelPromise counted = promise.unvoid();
        counted.addListener(written -> onWritten(written.isSuccess(), bytes));
        ctx.write(msg, counted);
    }

    private void onWritten(boolean taken, int bytes) {
        if (taken) {
            books.onBytesWritten(bytes);
        }
    }
}
