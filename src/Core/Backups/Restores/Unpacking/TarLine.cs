using System.Collections.Concurrent;
using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using ZstdSharp;

namespace RecoveryOS.Core.Backups.Restores.Unpacking;

/// <summary>
/// A tar file goes through three threads, each a few chunks behind the one before: the first unpacks, the second
/// writes, the third hashes. What lies on the disk need not be read again to be known.
/// </summary>
/// <param name="packed">Read to its end; stays open.</param>
/// <param name="folder">Where the files go; none of them is there yet.</param>
/// <param name="sums">What they must be; null: nobody hashes them.</param>
internal sealed class TarLine(Stream packed, Packing packing, string folder, UnpackedSums? sums) : IDisposable
{
    private const int ChunkBytes = 128 * 1024;
    private const int Chunks = 48;

    private readonly BlockingCollection<byte[]> free = [];
    private readonly BlockingCollection<Chunk> read = [];
    private readonly BlockingCollection<Chunk> written = [];
    private readonly List<string> leftOut = [];
    private Exception? failure;

    /// <returns>The names of files that are left out, since their bytes are no text here.</returns>
    /// <exception cref="InvalidDataException">It can't be unpacked, or holds what no base backup holds.</exception>
    /// <exception cref="BackupException"><c>backup_damaged</c>: a file is not what it must be.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        for (var chunk = 0; chunk < Chunks; chunk++)
            free.Add(new byte[ChunkBytes], CancellationToken.None);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll(
            StageAsync(Read, read, stop),
            StageAsync(Write, written, stop),
            sums is null ? Task.CompletedTask : StageAsync(Hash, null, stop));
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);

        return leftOut;
    }

    public void Dispose()
    {
        free.Dispose();
        read.Dispose();
        written.Dispose();
    }

    /// <summary>A thread of its own. Its failure ends the others; the first one counts.</summary>
    private Task StageAsync(
        Action<CancellationToken> work, BlockingCollection<Chunk>? next, CancellationTokenSource stop) =>
        Task.Factory.StartNew(
            () =>
            {
                try
                {
                    work(stop.Token);
                    next?.CompleteAdding();
                }
                catch (Exception exception)
                {
                    _ = Interlocked.CompareExchange(ref failure, exception, null);
                    stop.Cancel();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

    private void Read(CancellationToken stop)
    {
        using var content = new BufferedStream(Unpacked(), ChunkBytes);
        try
        {
            using var tar = new TarReader(content, leaveOpen: true);
            while (tar.GetNextEntry() is { } entry)
                Read(entry, stop);
            // The end of what is packed is read too: only there its own checksum says whether it is whole.
            content.CopyTo(Stream.Null);
        }
        catch (Exception exception) when (exception is ZstdException or FormatException or EndOfStreamException)
        {
            throw new InvalidDataException(exception.Message, exception);
        }
    }

    private Stream Unpacked() => packing switch
    {
        Packing.Zstd => new DecompressionStream(packed, leaveOpen: true),
        Packing.Gzip => new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true),
        _ => packed,
    };

    private void Read(TarEntry entry, CancellationToken stop)
    {
        var name = NameOf(entry);
        var path = Path.Combine(folder, name);
        switch (entry.EntryType)
        {
            case TarEntryType.Directory when name is "":
                break;
            case TarEntryType.Directory:
                Directory.CreateDirectory(path);
                SetMode(path, entry.Mode);
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile when name.Contains('\uFFFD'):
                leftOut.Add(name);
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile:
                Send(new UnpackedFile(name, path, entry.Mode), entry.DataStream ?? Stream.Null, stop);
                break;
            // To the tablespaces where they lay: TablespaceMap makes its own.
            case TarEntryType.SymbolicLink when name.StartsWith("pg_tblspc/", StringComparison.Ordinal):
                break;
            default:
                throw new InvalidDataException($"'{name}' is a {entry.EntryType}, which no base backup holds");
        }
    }

    private void Send(UnpackedFile file, Stream content, CancellationToken stop)
    {
        int length;
        do
        {
            var bytes = free.Take(stop);
            length = content.ReadAtLeast(bytes, ChunkBytes, throwOnEndOfStream: false);
            read.Add(new Chunk(file, bytes, length), stop);
        }
        while (length == ChunkBytes);
    }

    private void Write(CancellationToken stop)
    {
        SafeFileHandle? target = null;
        var offset = 0L;
        try
        {
            foreach (var chunk in read.GetConsumingEnumerable(stop))
            {
                target ??= File.OpenHandle(chunk.File.Path, FileMode.CreateNew, FileAccess.Write);
                RandomAccess.Write(target, chunk.Bytes.AsSpan(0, chunk.Length), offset);
                offset += chunk.Length;
                if (chunk.IsLast)
                {
                    target.Dispose();
                    SetMode(chunk.File.Path, chunk.File.Mode);
                    (target, offset) = (null, 0);
                }

                if (sums is null)
                    free.Add(chunk.Bytes, stop);
                else
                    written.Add(chunk, stop);
            }
        }
        finally
        {
            target?.Dispose();
        }
    }

    private void Hash(CancellationToken stop)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var length = 0L;
        foreach (var chunk in written.GetConsumingEnumerable(stop))
        {
            hash.AppendData(chunk.Bytes, 0, chunk.Length);
            length += chunk.Length;
            free.Add(chunk.Bytes, stop);
            if (!chunk.IsLast)
                continue;
            sums?.Check(chunk.File.Name, length, hash.GetHashAndReset());
            length = 0;
        }
    }

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
    }

    /// <summary>Within the folder, or refused.</summary>
    private static string NameOf(TarEntry entry)
    {
        var parts = entry.Name.Split('/', StringSplitOptions.RemoveEmptyEntries)
            .Where(part => part is not ".")
            .ToList();
        return entry.Name.StartsWith('/') || parts.Contains("..")
            ? throw new InvalidDataException($"'{entry.Name}' leads out of the folder")
            : string.Join('/', parts);
    }

    /// <param name="Name">As the tar file has it.</param>
    private sealed record UnpackedFile(string Name, string Path, UnixFileMode Mode);

    /// <param name="Length">A file's last chunk is not full, and may be empty.</param>
    private readonly record struct Chunk(UnpackedFile File, byte[] Bytes, int Length)
    {
        public bool IsLast => Length < ChunkBytes;
    }
}
