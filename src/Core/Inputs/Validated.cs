using System.Diagnostics.CodeAnalysis;

namespace RecoveryOS.Core.Inputs;

/// <summary>An input that was read: the value, or what is wrong with it.</summary>
public readonly struct Validated<T>
    where T : class
{
    private readonly T? value;
    private readonly FieldErrors? errors;

    private Validated(T? value, FieldErrors? errors) => (this.value, this.errors) = (value, errors);

    public bool TryGet([NotNullWhen(true)] out T? result, [NotNullWhen(false)] out FieldErrors? wrong)
    {
        result = value;
        wrong = value is null ? errors ?? new FieldErrors() : null;
        return value is not null;
    }

    /// <summary>Keeps the value only when nothing is wrong.</summary>
    internal static Validated<T> From(T value, FieldErrors errors) => errors.Any ? new(null, errors) : new(value, null);
}
