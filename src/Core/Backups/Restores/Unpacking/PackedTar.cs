using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Backups.Restores.Unpacking;

/// <summary>A packed tar file on its way out of the vault: it is unpacked while it is read.</summary>
internal sealed class PackedTar(BackupVault vault, VaultObject file)
{
    /// <summary>Unpacks it into <paramref name="folder"/>.</summary>
    /// <param name="sums">What its files must be; null: they are not looked at.</param>
    /// <param name="helper">Another process that does the work; null: this one does.</param>
    /// <returns>The names of files that are left out, since their bytes are no text here.</returns>
    /// <exception cref="BackupException"><c>unpack_failed</c>, <c>backup_damaged</c>.</exception>
    /// <exception cref="BackupStoreException">The object can't be read, or is not what the catalogue says.</exception>
    public async Task<IReadOnlyList<string>> UnpackAsync(
        string folder,
        UnpackedSums? sums,
        UnpackHelper? helper,
        IProgress<long>? progress,
        CancellationToken cancellationToken)
    {
        var packing = Packings.Of(file.Name);
        await using var content = await vault.OpenAsync(file, cancellationToken);
        await using var counted = new CountedStream(content, progress);
        try
        {
            using var line = new TarLine(counted, packing, folder, sums);
            var leftOut = helper is null
                ? await line.RunAsync(cancellationToken)
                : await helper.UnpackAsync(counted, packing, folder, cancellationToken);
            // Only the end says whether all of it is what was stored, however much an unpacker needs.
            await counted.CopyToAsync(Stream.Null, cancellationToken);
            return leftOut;
        }
        catch (Exception exception) when (exception is InvalidDataException or BackupException)
        {
            // Where the object is not what was stored, that is the reason, and it is said at its end.
            await content.CopyToAsync(Stream.Null, cancellationToken);
            throw exception as BackupException ?? new BackupException(
                "unpack_failed", $"{file.Name} can't be unpacked: {exception.Message.TrimEnd('.')}.", exception);
        }
    }
}
