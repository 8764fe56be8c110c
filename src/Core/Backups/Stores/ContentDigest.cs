using System.Security.Cryptography;

namespace RecoveryOS.Core.Backups.Stores;

/// <summary>Counts and hashes what passes.</summary>
internal sealed class ContentDigest : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public long Length { get; private set; }

    public void Add(ReadOnlySpan<byte> content)
    {
        hash.AppendData(content);
        Length += content.Length;
    }

    /// <summary>In lower-case hex.</summary>
    public string Finish() => Convert.ToHexStringLower(hash.GetHashAndReset());

    public void Dispose() => hash.Dispose();
}
