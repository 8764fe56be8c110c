using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace RecoveryOS.Core.Messaging.Signatures;

/// <summary>
/// Reads application/x-www-form-urlencoded from its bytes, strictly: every pair has a name and its equals sign, every
/// percent sign two hex digits, every text is UTF-8. A lenient reader would take <c>A&amp;B=</c>, whose signature is
/// that of <c>A=B</c>.
/// </summary>
internal static class FormBody
{
    /// <summary>The fields, or null when the bytes are no form.</summary>
    public static FormFields? Read(ReadOnlySpan<byte> body)
    {
        List<FormField> fields = [];
        if (body.IsEmpty)
        {
            return new(fields);
        }

        foreach (var range in body.Split((byte)'&'))
        {
            var pair = body[range];
            var sign = pair.IndexOf((byte)'=');
            if (sign <= 0 || Decode(pair[..sign]) is not { } name || Decode(pair[(sign + 1)..]) is not { } value)
            {
                return null;
            }

            fields.Add(new(name, value));
        }

        return new(fields);
    }

    private static string? Decode(ReadOnlySpan<byte> encoded)
    {
        var decoded = new byte[encoded.Length];
        var length = 0;
        for (var i = 0; i < encoded.Length; i++)
        {
            var one = encoded[i];
            if (one == '%')
            {
                if (i + 2 >= encoded.Length || !TryReadHex(encoded.Slice(i + 1, 2), out one))
                {
                    return null;
                }

                i += 2;
            }
            else if (one is <= (byte)' ' or 0x7f)
            {
                return null;
            }
            else if (one == '+')
            {
                one = (byte)' ';
            }

            decoded[length++] = one;
        }

        var text = decoded.AsSpan(0, length);
        return Utf8.IsValid(text) ? Encoding.UTF8.GetString(text) : null;
    }

    private static bool TryReadHex(ReadOnlySpan<byte> digits, out byte value) =>
        byte.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
