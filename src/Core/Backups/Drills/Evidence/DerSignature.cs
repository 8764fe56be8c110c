using System.Formats.Asn1;
using System.Numerics;

namespace RecoveryOS.Core.Backups.Drills.Evidence;

/// <summary>
/// ECDSA's two numbers as ASN.1 DER (RFC 3279), which OpenSSL reads, and as P-256's fixed 64 bytes, which the
/// catalogue's signatures are.
/// </summary>
internal static class DerSignature
{
    private const int NumberLength = 32;

    public static byte[] FromFixed(ReadOnlySpan<byte> signature)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(new BigInteger(signature[..NumberLength], isUnsigned: true, isBigEndian: true));
            writer.WriteInteger(new BigInteger(signature[NumberLength..], isUnsigned: true, isBigEndian: true));
        }

        return writer.Encode();
    }

    /// <summary>Null: it is no such signature.</summary>
    public static byte[]? ToFixed(ReadOnlyMemory<byte> der)
    {
        try
        {
            var reader = new AsnReader(der, AsnEncodingRules.DER);
            var numbers = reader.ReadSequence();
            reader.ThrowIfNotEmpty();
            var signature = new byte[2 * NumberLength];
            var fits = Write(numbers.ReadInteger(), signature.AsSpan(0, NumberLength))
                && Write(numbers.ReadInteger(), signature.AsSpan(NumberLength));
            numbers.ThrowIfNotEmpty();
            return fits ? signature : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static bool Write(BigInteger number, Span<byte> place)
    {
        if (number.Sign < 0 || number.GetByteCount(isUnsigned: true) > place.Length)
            return false;

        var start = place.Length - number.GetByteCount(isUnsigned: true);
        return number.TryWriteBytes(place[start..], out _, isUnsigned: true, isBigEndian: true);
    }
}
