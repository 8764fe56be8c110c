using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace RecoveryOS.Core.Privacy;

/// <summary>
/// Phone numbers as the database holds them: AES-256-GCM ciphertext beside the id of its key, and an HMAC-SHA256 by
/// which a number is found without being read. The account is bound into the ciphertext, so that a row moved to another
/// account does not open; it is not in the hash, because a text that comes in does not say whose member wrote it.
/// </summary>
public sealed class PhoneCipher
{
    internal const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    private readonly string activeKeyId;
    private readonly Dictionary<string, byte[]> keys;
    private readonly byte[] lookupKey;

    public PhoneCipher(IOptions<EncryptionOptions> options)
    {
        activeKeyId = options.Value.ActiveKeyId;
        keys = options.Value.Keys.ToDictionary(pair => pair.Key, pair => Convert.FromBase64String(pair.Value));
        lookupKey = Convert.FromBase64String(options.Value.LookupKey);
    }

    /// <summary>Encrypts with the active key under a fresh nonce: the same number never looks the same twice.</summary>
    public SealedPhone Seal(Guid accountId, PhoneNumber number)
    {
        var (ciphertext, keyId) = SealText(accountId, number.E164);
        return new(ciphertext, keyId, Hash(number.E164));
    }

    /// <summary>Encrypts any text with the active key, bound to the account.</summary>
    public (byte[] Ciphertext, string KeyId) SealText(Guid accountId, string text)
    {
        var plaintext = Encoding.UTF8.GetBytes(text);
        var sealedBytes = new byte[NonceLength + TagLength + plaintext.Length];
        var nonce = sealedBytes.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(keys[activeKeyId], TagLength);
        aes.Encrypt(
            nonce,
            plaintext,
            sealedBytes.AsSpan(NonceLength + TagLength),
            sealedBytes.AsSpan(NonceLength, TagLength),
            accountId.ToByteArray());
        return (sealedBytes, activeKeyId);
    }

    /// <summary>Decrypts what <see cref="Seal"/> made.</summary>
    /// <exception cref="KeyNotFoundException">The key that it names is not configured.</exception>
    /// <exception cref="CryptographicException">It was changed, cut, or belongs to another account.</exception>
    public PhoneNumber Open(Guid accountId, byte[] ciphertext, string keyId) =>
        PhoneNumber.TryParse(OpenText(accountId, ciphertext, keyId), out var number)
            ? number
            : throw new CryptographicException("a sealed phone number opens to something else");

    /// <summary>Decrypts what <see cref="SealText"/> made.</summary>
    /// <exception cref="KeyNotFoundException">The key that it names is not configured.</exception>
    /// <exception cref="CryptographicException">It was changed, cut, or belongs to another account.</exception>
    public string OpenText(Guid accountId, byte[] ciphertext, string keyId)
    {
        if (ciphertext.Length < NonceLength + TagLength)
        {
            throw new CryptographicException("a sealed text is cut short");
        }

        var plaintext = new byte[ciphertext.Length - NonceLength - TagLength];
        using var aes = new AesGcm(keys[keyId], TagLength);
        aes.Decrypt(
            ciphertext.AsSpan(0, NonceLength),
            ciphertext.AsSpan(NonceLength + TagLength),
            ciphertext.AsSpan(NonceLength, TagLength),
            plaintext,
            accountId.ToByteArray());
        return Encoding.UTF8.GetString(plaintext);
    }

    /// <summary>A keyed hash of any text, 32 bytes.</summary>
    public byte[] Hash(string text) => HMACSHA256.HashData(lookupKey, Encoding.UTF8.GetBytes(text));
}

/// <summary>A phone number as stored: nonce, tag and ciphertext in one; the key's id; the keyed hash.</summary>
public sealed record SealedPhone(byte[] Ciphertext, string KeyId, byte[] Hash);
