namespace RecoveryOS.Core.Messaging.Signatures;

/// <summary>A form's fields in the order in which they came, repeats kept. Their text never holds a value.</summary>
public sealed class FormFields(IReadOnlyList<FormField> all)
{
    public IReadOnlyList<FormField> All { get; } = all;

    /// <summary>
    /// The value of a field that came exactly once, else null. What is signed does not tell <c>Body=ab</c> from
    /// <c>Body=a&amp;Body=b</c>, so a repeated field has no first value to be trusted.
    /// </summary>
    public string? Only(string name) =>
        All.Where(field => field.Name == name).Take(2).ToList() is [var only] ? only.Value : null;

    public bool Contains(string name) => All.Any(field => field.Name == name);

    internal bool HasRepeats => All.DistinctBy(static one => one.Name).Count() < All.Count;

    public override string ToString() => $"{All.Count} fields";
}

/// <summary>A name and its decoded value.</summary>
public readonly record struct FormField(string Name, string Value)
{
    public override string ToString() => Name;
}
