using System.Security.Cryptography;

namespace RecoveryOS.Cli.Backups;

/// <summary>A public key that somebody was handed, as PEM.</summary>
internal static class PublicKeyFile
{
    /// <exception cref="CliException">It is no such key.</exception>
    public static ECDsa Read(string path)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
            return key;
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new CliException($"{path} holds no ECDSA public key in PEM.");
        }
    }
}
