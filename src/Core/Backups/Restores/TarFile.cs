using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Restores;

/// <summary>
/// A packed tar file on its way out of the vault: it is unpacked by the system's programs while it is read.
/// </summary>
internal sealed class TarFile(BackupVault vault, VaultObject file)
{
    private const int BufferSize = 1024 * 1024;

    /// <summary>
    /// tar's own way to a decompressor copies what it reads once more, by 10 KB. The decompressor's failure is this
    /// script's too, whatever tar makes of what came.
    /// </summary>
    private const string Script = """
        failed=$({ { "$1" -dc || echo failed >&3; } | tar -b 512 -x -p -f - -C "$2" >&2 3>&-; } 3>&1) \
            && test -z "$failed"
        """;

    /// <summary>Unpacks it into <paramref name="folder"/>, which belongs to <paramref name="user"/>.</summary>
    /// <exception cref="BackupException">
    /// <c>unpack_failed</c>: tar or its decompressor gave up; the message is theirs.
    /// </exception>
    /// <exception cref="BackupStoreException">The object can't be read, or is not what the catalogue says.</exception>
    public async Task UnpackAsync(
        string folder, ServerUser user, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var start = ExternalCommand.Prepare(
            user.Command(Decompressor() is { } program
                ? ["sh", "-c", Script, "sh", program, folder]
                : ["tar", "-b", "512", "-x", "-p", "-f", "-", "-C", folder]));
        start.RedirectStandardInput = true;
        await using var content = await vault.OpenAsync(file, cancellationToken);
        using var process = ExternalCommand.Start(start);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            var isTaken = await FeedAsync(content, process.StandardInput.BaseStream, progress, cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0 || !isTaken)
            {
                var said = new ExternalResult(process.ExitCode, await output, await error);
                throw new BackupException("unpack_failed", $"{file.Name} can't be unpacked: {said.Reason}");
            }
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>False when tar went away before it had all; the rest is read nevertheless, for its digest.</summary>
    private static async Task<bool> FeedAsync(
        Stream content, Stream input, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        var (total, isTaken) = (0L, true);
        await using (input)
        {
            while (await content.ReadAsync(buffer, cancellationToken) is var read and > 0)
            {
                isTaken = isTaken && await TryWriteAsync(input, buffer.AsMemory(0, read), cancellationToken);
                progress?.Report(total += read);
            }
        }

        return isTaken;
    }

    private static async Task<bool> TryWriteAsync(
        Stream input, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await input.WriteAsync(bytes, cancellationToken);
            return true;
        }
        catch (IOException)
        {
            // The pipe is closed: tar says why.
            return false;
        }
    }

    /// <summary>
    /// By the name's end: pg_basebackup packs the WAL's tar with gzip only, whatever the others are packed with.
    /// </summary>
    private string? Decompressor() => Path.GetExtension(file.Name) switch
    {
        ".zst" => "zstd",
        ".gz" => "gzip",
        ".tar" => null,
        var unknown => throw new BackupException(
            "unpack_failed", $"{file.Name} is packed in a way that is unknown here: '{unknown}'."),
    };
}
