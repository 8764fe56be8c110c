namespace RecoveryOS.Core.Messaging.Phrases;

/// <summary>A word of a text: its id in the vocabulary, or <see cref="Vocabulary.Unknown"/>, and of how many digits it is made.</summary>
internal readonly record struct Word(int Id, int Digits, bool StartsClause);
