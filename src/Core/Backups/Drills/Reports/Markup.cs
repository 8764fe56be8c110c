using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace RecoveryOS.Core.Backups.Drills.Reports;

/// <summary>
/// HTML that is also XML. It is made of interpolated strings only, and each hole in one that is not itself
/// <see cref="Markup"/> is encoded: what a server or a table is called can never become a tag.
/// </summary>
internal readonly record struct Markup(string Value)
{
    public static readonly Markup None = new("");

    public static Markup Of(ref MarkupText text) => new(text.ToString());

    public static Markup Of(IEnumerable<Markup> parts) => new(string.Concat(parts.Select(part => part.Value)));

    public override string ToString() => Value;
}

/// <summary>Takes an interpolated string apart for <see cref="Markup.Of(ref MarkupText)"/>.</summary>
[InterpolatedStringHandler]
internal readonly struct MarkupText(int literalLength, int formattedCount)
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder text = new(literalLength + (16 * formattedCount));

    public void AppendLiteral(string literal) => text.Append(literal);

    public void AppendFormatted(Markup markup) => text.Append(markup.Value);

    public void AppendFormatted(string? value)
    {
        if (value is not null)
            text.Append(Encoder.Encode(Printable(value)));
    }

    public void AppendFormatted<T>(T value)
        where T : IFormattable => AppendFormatted(value.ToString(null, CultureInfo.InvariantCulture));

    /// <summary>Such as <c>0.##</c> for coordinates.</summary>
    public void AppendFormatted<T>(T value, string format)
        where T : IFormattable => AppendFormatted(value.ToString(format, CultureInfo.InvariantCulture));

    public override string ToString() => text.ToString();

    /// <summary>
    /// XML cannot hold control characters, and those that turn the direction of writing make a text read as another.
    /// </summary>
    private static string Printable(string value) => string.Concat(
        value.EnumerateRunes().Select(rune => rune.Value switch
        {
            '\t' or '\n' or '\r' => " ",
            >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069 or 0x200E or 0x200F or 0xFFFE or 0xFFFF => "\uFFFD",
            _ when Rune.IsControl(rune) => "\uFFFD",
            _ => rune.ToString(),
        }));
}
