using System.IO.Pipelines;
using Microsoft.Extensions.Options;

namespace RecoveryOS.Core.Backups.Stores;

/// <summary>
/// The store as backups use it: what is written is counted, hashed and, where a key is active, sealed before it leaves
/// the process; what is read is opened and checked. Nothing is ever held whole in memory.
/// </summary>
public sealed class BackupVault(IBackupStore store, IOptions<BackupOptions> options)
{
    private readonly string activeKeyId = options.Value.Encryption.ActiveKeyId;

    private readonly Dictionary<string, byte[]> keys =
        options.Value.Encryption.Keys.ToDictionary(pair => pair.Key, pair => Convert.FromBase64String(pair.Value));

    public IBackupStore Store => store;

    /// <summary>Writes an object from what <paramref name="content"/> holds from here on.</summary>
    /// <param name="progress">Told how many bytes were read so far.</param>
    /// <exception cref="BackupStoreException">
    /// The store could not take it; there is no object of this name then.
    /// </exception>
    public async Task<VaultObject> WriteAsync(
        string name, Stream content, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var keyId = activeKeyId is "" ? null : activeKeyId;
        using var digest = new ContentDigest();
        await using var stored = new PumpedStream(
            (writer, stop) => keyId is null
                ? Frames.CopyAsync(content, digest, progress, writer, stop)
                : Frames.SealAsync(content, digest, progress, keys[keyId], keyId, name, writer, stop),
            cancellationToken);
        var written = await store.PutAsync(name, stored, cancellationToken);

        return new VaultObject(name, digest.Length, written.Length, digest.Finish(), keyId);
    }

    public async Task<VaultObject> WriteAsync(
        string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await using var stream = new PrefixedStream(content, Stream.Null);
        return await WriteAsync(name, stream, null, cancellationToken);
    }

    /// <summary>Opens an object that the catalogue remembers.</summary>
    /// <returns>
    /// Its content; reading to the end throws <see cref="BackupStoreException"/>
    /// (<see cref="BackupStoreFailure.Damaged"/>) where it is not what was written.
    /// </returns>
    /// <exception cref="BackupStoreException">
    /// It is missing, not sealed as it was, or its key is not configured.
    /// </exception>
    public async Task<Stream> OpenAsync(VaultObject expected, CancellationToken cancellationToken)
    {
        if (expected.KeyId is not null)
            _ = KeyOf(expected.KeyId, expected.Name);

        var stored = await store.OpenAsync(expected.Name, cancellationToken);
        return new PumpedStream(
            async (writer, stop) =>
            {
                await using (stored)
                {
                    using var digest = new ContentDigest();
                    if (expected.KeyId is null)
                        await Frames.CopyAsync(stored, digest, null, writer, stop);
                    else
                        await UnsealAsync(stored, digest, expected, writer, stop);
                    Check(expected, digest);
                }
            },
            cancellationToken);
    }

    /// <summary>
    /// Opens an object by its name alone. Where a key is active it has to be sealed: see <c>SealedWal</c>.
    /// </summary>
    /// <exception cref="BackupStoreException">It is missing, not sealed, or its key is not configured.</exception>
    public Task<Stream> OpenAsync(string name, CancellationToken cancellationToken) =>
        OpenAsync(name, mayBePlain: false, cancellationToken);

    /// <summary>
    /// Opens an object by its name alone: what is sealed is checked frame by frame, what is plain is not checked at
    /// all.
    /// </summary>
    /// <param name="mayBePlain">
    /// Takes one that is not sealed although a key is active: the caller knows by other means that it may be believed.
    /// </param>
    public async Task<Stream> OpenAsync(string name, bool mayBePlain, CancellationToken cancellationToken)
    {
        var stored = await store.OpenAsync(name, cancellationToken);
        try
        {
            var start = new byte[SealHeader.FixedLength];
            var length = await stored.ReadAtLeastAsync(
                start, start.Length, throwOnEndOfStream: false, cancellationToken);
            if (!start.AsSpan(0, length).StartsWith(SealHeader.Magic))
            {
                return mayBePlain || activeKeyId is ""
                    ? new PrefixedStream(start.AsMemory(0, length), stored)
                    : throw Frames.Damaged(
                        name, $"it is not sealed, although what is written here is, with the key '{activeKeyId}'");
            }

            var header = await Frames.ReadHeaderAsync(start.AsMemory(0, length), stored, name, cancellationToken);
            return Unseal(stored, header, KeyOf(header.KeyId, name), name, cancellationToken);
        }
        catch
        {
            await stored.DisposeAsync();
            throw;
        }
    }

    private static PumpedStream Unseal(
        Stream stored, SealHeader header, byte[] key, string name, CancellationToken cancellationToken) => new(
        async (writer, stop) =>
        {
            await using (stored)
            {
                using var digest = new ContentDigest();
                await Frames.OpenAsync(stored, header, key, name, digest, writer, stop);
            }
        },
        cancellationToken);

    private async Task UnsealAsync(
        Stream stored, ContentDigest digest, VaultObject expected, PipeWriter writer, CancellationToken stop)
    {
        var start = new byte[SealHeader.FixedLength];
        var length = await stored.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, stop);
        var header = await Frames.ReadHeaderAsync(start.AsMemory(0, length), stored, expected.Name, stop);
        if (header.KeyId != expected.KeyId)
            throw Frames.Damaged(expected.Name, "it is sealed with another key than it was");
        await Frames.OpenAsync(stored, header, KeyOf(header.KeyId, expected.Name), expected.Name, digest, writer, stop);
    }

    private static void Check(VaultObject expected, ContentDigest digest)
    {
        if (digest.Length != expected.Length)
            throw Frames.Damaged(expected.Name, $"it has {digest.Length} bytes instead of {expected.Length}");
        if (digest.Finish() != expected.Sha256)
            throw Frames.Damaged(expected.Name, "its content is not what was written");
    }

    private byte[] KeyOf(string keyId, string name) => keys.GetValueOrDefault(keyId)
        ?? throw new BackupStoreException(
            BackupStoreFailure.KeyMissing,
            $"{name} is sealed with the key '{keyId}', which Backups:Encryption:Keys doesn't have.");
}
