using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace RecoveryOS.Core.Backups.Stores;

/// <summary>
/// The frames of one sealed object, in their order: AES-256-GCM under a key of the object's own (HKDF-SHA256 of the
/// configured key and the header's salt), so that a frame's number is nonce enough. Each is bound to the header and to
/// the object's name, and the last one says so in its nonce: none can be changed, moved, repeated, cut off or added.
/// </summary>
internal sealed class FrameCipher : IDisposable
{
    public const int TagLength = 16;
    private const int NonceLength = 12;
    private const int KeyLength = 32;

    private readonly AesGcm aes;
    private readonly byte[] associated;
    private ulong number;

    public FrameCipher(byte[] key, SealHeader header, string name)
    {
        Span<byte> own = stackalloc byte[KeyLength];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, own, header.Salt, "recoveryos vault v1"u8);
        aes = new AesGcm(own, TagLength);
        CryptographicOperations.ZeroMemory(own);
        associated = [.. header.Bytes, .. Encoding.UTF8.GetBytes(name)];
    }

    /// <param name="frame">Takes the ciphertext, then the tag.</param>
    public void Seal(ReadOnlySpan<byte> content, Span<byte> frame, bool isLast)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        Number(nonce, isLast);
        aes.Encrypt(nonce, content, frame[..content.Length], frame.Slice(content.Length, TagLength), associated);
    }

    /// <exception cref="AuthenticationTagMismatchException">
    /// It is not this object's next frame, as it was sealed.
    /// </exception>
    public void Open(ReadOnlySpan<byte> frame, Span<byte> content, bool isLast)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        Number(nonce, isLast);
        aes.Decrypt(nonce, frame[..^TagLength], frame[^TagLength..], content[..(frame.Length - TagLength)], associated);
    }

    public void Dispose() => aes.Dispose();

    private void Number(Span<byte> nonce, bool isLast)
    {
        nonce.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(nonce, checked(number++));
        nonce[^1] = isLast ? (byte)1 : (byte)0;
    }
}
