using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace RecoveryOS.Core.Backups.Stores;

/// <summary>
/// What a sealed object begins with, in clear: <c>ROSVAULT</c>, the format's version (1 byte), the length of the key's
/// id (1 byte), the stored length of a frame (4 bytes, little-endian), a random salt (32 bytes), the key's id (UTF-8).
/// </summary>
internal sealed class SealHeader
{
    /// <summary>The part whose length is always the same.</summary>
    public const int FixedLength = 46;

    /// <summary>A frame as it is stored, with its tag: a power of two, which pools and disks like.</summary>
    public const int DefaultFrameLength = 256 * 1024;

    private const int Version = 1;
    private const int SaltLength = 32;
    private const int MaximumFrameLength = 16 * 1024 * 1024;

    private SealHeader(byte[] bytes, string keyId, int frameLength)
    {
        Bytes = bytes;
        KeyId = keyId;
        FrameLength = frameLength;
    }

    public static ReadOnlySpan<byte> Magic => "ROSVAULT"u8;

    public byte[] Bytes { get; }

    public string KeyId { get; }

    public int FrameLength { get; }

    public ReadOnlySpan<byte> Salt => Bytes.AsSpan(FixedLength - SaltLength, SaltLength);

    public static SealHeader Create(string keyId)
    {
        var id = Encoding.UTF8.GetBytes(keyId);
        var bytes = new byte[FixedLength + id.Length];
        Magic.CopyTo(bytes);
        bytes[8] = Version;
        bytes[9] = checked((byte)id.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(10), DefaultFrameLength);
        RandomNumberGenerator.Fill(bytes.AsSpan(FixedLength - SaltLength, SaltLength));
        id.CopyTo(bytes, FixedLength);
        return new SealHeader(bytes, keyId, DefaultFrameLength);
    }

    /// <summary>How long the whole header is, by its fixed part.</summary>
    /// <exception cref="BackupStoreException">It is no such header, or of a later version.</exception>
    public static int LengthOf(ReadOnlySpan<byte> fixedPart, string name)
    {
        if (fixedPart.Length < FixedLength || !fixedPart.StartsWith(Magic))
            throw new BackupStoreException(
                BackupStoreFailure.Damaged, $"{name} is not sealed, or its header is damaged.");
        if (fixedPart[8] != Version)
        {
            throw new BackupStoreException(
                BackupStoreFailure.Damaged,
                $"{name} is sealed in a format (version {fixedPart[8]}) that this build doesn't know.");
        }

        return FixedLength + fixedPart[9];
    }

    /// <exception cref="BackupStoreException">It says what no writer of ours says.</exception>
    public static SealHeader Parse(byte[] bytes, string name)
    {
        var frameLength = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(10));
        return frameLength is > FrameCipher.TagLength and <= MaximumFrameLength
            ? new SealHeader(bytes, Encoding.UTF8.GetString(bytes.AsSpan(FixedLength)), frameLength)
            : throw new BackupStoreException(BackupStoreFailure.Damaged, $"{name}: its header is damaged.");
    }
}
