using System.Diagnostics.CodeAnalysis;

namespace RecoveryOS.Core.Privacy;

/// <summary>A phone number in E.164 form. It shows itself only when asked: its text is its last four digits.</summary>
public readonly record struct PhoneNumber
{
    private PhoneNumber(string e164) => E164 = e164;

    /// <summary><c>+</c> and 8–15 digits, the first not 0.</summary>
    public string E164 { get; }

    public string Last4 => E164[^4..];

    public static bool TryParse([NotNullWhen(true)] string? text, out PhoneNumber number)
    {
        var valid = text is { Length: >= 9 and <= 16 }
            && text[0] == '+'
            && text[1] != '0'
            && !text.AsSpan(1).ContainsAnyExceptInRange('0', '9');
        number = valid && text is not null ? new(text) : default;
        return valid;
    }

    public override string ToString() => $"…{Last4}";
}
