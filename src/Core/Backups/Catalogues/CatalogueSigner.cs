using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace RecoveryOS.Core.Backups.Catalogues;

/// <summary>
/// Signs with ECDSA on P-256 and SHA-256 (ES256: the two numbers, 32 bytes each), and verifies with the key in use and
/// the retired ones. Each call imports its key: OpenSSL's are not for several threads.
/// </summary>
public sealed class CatalogueSigner(IOptions<BackupOptions> options)
{
    private readonly BackupSigningOptions signing = options.Value.Signing;

    /// <summary>Of the key that signs.</summary>
    public string KeyId => signing.KeyId;

    /// <exception cref="BackupException"><c>signing_key_missing</c>: no private key is configured.</exception>
    public byte[] Sign(ReadOnlySpan<byte> content)
    {
        if (signing.Key is "")
        {
            throw new BackupException(
                "signing_key_missing",
                "Nothing can be signed: Backups:Signing:Key and Backups:Signing:KeyId are missing.");
        }

        using var key = ImportPrivate();
        return key.SignData(content, HashAlgorithmName.SHA256);
    }

    /// <summary>False for a signature that is not by this key, and for a key id that is not configured.</summary>
    public bool Verify(string keyId, ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature)
    {
        using var key = Find(keyId);
        return key is not null && key.VerifyData(content, signature, HashAlgorithmName.SHA256);
    }

    /// <summary>Whether there is a key of this id to verify with.</summary>
    public bool Knows(string keyId) =>
        signing.PublicKeys.ContainsKey(keyId) || (signing.Key is not "" && keyId == signing.KeyId);

    private ECDsa? Find(string keyId)
    {
        if (signing.Key is not "" && keyId == signing.KeyId)
            return ImportPrivate();
        if (!signing.PublicKeys.TryGetValue(keyId, out var text))
            return null;

        var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(text), out _);
        return key;
    }

    private ECDsa ImportPrivate()
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(Convert.FromBase64String(signing.Key), out _);
        return key;
    }
}
