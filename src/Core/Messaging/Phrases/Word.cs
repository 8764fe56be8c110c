namespace RecoveryOS.Core.Messaging.Phrases;

/// <summary>
/// A word of a text: its id or <see cref="Vocabulary.Unknown"/>, and how many digits it has if a number.
/// </summary>
internal readonly record struct Word(int Id, int Digits, bool StartsClause);
