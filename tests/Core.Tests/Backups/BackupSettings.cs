using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups;

namespace RecoveryOS.Core.Tests.Backups;

/// <summary>Settings of backups with keys of their own.</summary>
internal static class BackupSettings
{
    public const string KeyId = "autumn";

    /// <param name="sealing">Whether new objects are encrypted.</param>
    public static IOptions<BackupOptions> Create(bool sealing) => Options.Create(new BackupOptions
    {
        Encryption = new BackupEncryptionOptions
        {
            ActiveKeyId = sealing ? KeyId : "",
            Keys = { [KeyId] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) },
        },
        Signing = Signing("first"),
    });

    public static BackupSigningOptions Signing(string keyId)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new BackupSigningOptions
        {
            KeyId = keyId,
            Key = Convert.ToBase64String(key.ExportPkcs8PrivateKey()),
            PublicKeys = { [keyId] = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()) },
        };
    }
}
