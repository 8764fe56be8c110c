namespace RecoveryOS.Core.Backups.Stores;

/// <summary>An object as the catalogue remembers it: what it must be when it is read again.</summary>
/// <param name="Name">In the store.</param>
/// <param name="Length">In bytes, before encryption.</param>
/// <param name="StoredLength">In bytes, as it lies in the store.</param>
/// <param name="Sha256">Of the bytes before encryption, in lower-case hex.</param>
/// <param name="KeyId">The key that it is encrypted with; null: it is not.</param>
public sealed record VaultObject(string Name, long Length, long StoredLength, string Sha256, string? KeyId);
