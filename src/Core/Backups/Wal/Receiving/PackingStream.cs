using System.IO.Compression;
using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Backups.Wal.Receiving;

/// <summary>Another stream's first bytes, packed by gzip as they are read; it owns that stream.</summary>
internal sealed class PackingStream : ReadOnlyStream
{
    private const int ChunkSize = 128 * 1024;

    private readonly Stream content;
    private readonly MemoryStream packed = new();
    private readonly GZipStream packer;
    private readonly byte[] chunk = new byte[ChunkSize];
    private long left;
    private bool isAtEnd;

    /// <param name="length">How many bytes of the content are taken; it must have so many.</param>
    public PackingStream(Stream content, long length)
    {
        (this.content, left) = (content, length);
        packer = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true);
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        while (NeedsMore)
            Pack(content.Read(chunk, 0, ChunkLength));
        return packed.Read(buffer, offset, count);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (NeedsMore)
            Pack(await content.ReadAsync(chunk.AsMemory(0, ChunkLength), cancellationToken));
        return packed.Read(buffer.Span);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            packer.Dispose();
            packed.Dispose();
            content.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool NeedsMore => packed.Position == packed.Length && !isAtEnd;

    private int ChunkLength => (int)Math.Min(left, ChunkSize);

    private void Pack(int bytes)
    {
        if (bytes == 0 && left > 0)
            throw new EndOfStreamException($"A WAL file is {left} bytes shorter than it was.");

        packed.SetLength(0);
        packer.Write(chunk, 0, bytes);
        left -= bytes;
        if (left == 0)
        {
            packer.Dispose();
            isAtEnd = true;
        }

        packed.Position = 0;
    }
}
