/**
 * The files of a layer, or of several merged, as a file system shows them: found by path through
 * links, each with its attributes and its content.
 *
 * <pre>
 *   {@link dev.stargz.format.tree.FileTree} paths -> nodes, nodes -> content
 *   {@link dev.stargz.format.tree.FileNode} a file of any kind, whatever its names
 * </pre>
 */
@NullMarked
package dev.stargz.format.tree;

import org.jspecify.annotations.NullMarked;
