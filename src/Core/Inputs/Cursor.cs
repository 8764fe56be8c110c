using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace RecoveryOS.Core.Inputs;

/// <summary>Where a page ended: the id of its last row, as 22 characters of base64url.</summary>
public static class Cursor
{
    public static string Format(Guid id) => Base64Url.EncodeToString(id.ToByteArray(bigEndian: true));

    public static bool TryParse([NotNullWhen(true)] string? text, out Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (text is { Length: 22 } && Base64Url.IsValid(text)
            && Base64Url.TryDecodeFromChars(text, bytes, out var length)
            && length == bytes.Length)
        {
            id = new Guid(bytes, bigEndian: true);
            return true;
        }

        id = default;
        return false;
    }
}
